package trailseal;

import static org.apache.parquet.filter2.predicate.FilterApi.binaryColumn;
import static org.apache.parquet.filter2.predicate.FilterApi.eq;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.CorruptStatistics;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Prints each row of the files that are named as a line of JSON: texts as such, other bytes in hex, lists and maps as arrays, fields without
 * a value as null. Fails where a filter, which goes by bloom filters, dictionaries, statistics and page indexes, finds other rows than reading all does.
 */
public final class ReadParquet {
  private static final String[] ASKED_FOR = {"eventid", "eventname", "sourceipaddress", "useridentity.arn"};
  private static final int VALUES = 10;

  public static void main(String[] files) throws IOException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String file : files) {
      Path path = new Path(file);
      Map<String, Map<String, Integer>> counts = new LinkedHashMap<>();
      for (String column : ASKED_FOR) counts.put(column, new LinkedHashMap<>());
      try (ParquetReader<Group> rows = ParquetReader.builder(new GroupReadSupport(), path).build()) {
        for (Group row = rows.read(); row != null; row = rows.read()) {
          StringBuilder json = new StringBuilder();
          appendGroup(json, row, row.getType());
          out.println(json);
          for (String column : ASKED_FOR) count(counts.get(column), textAt(row, column.split("\\.")));
        }
      }
      for (String column : ASKED_FOR) compareFiltered(file, path, column, counts.get(column));
      refuseDistrusted(file, path);
    }
    out.flush();
  }

  private static void count(Map<String, Integer> counts, String value) {
    if (value != null && (counts.containsKey(value) || counts.size() < VALUES)) counts.merge(value, 1, Integer::sum);
  }

  private static void compareFiltered(String file, Path path, String column, Map<String, Integer> counts) throws IOException {
    counts.put("what no row has", 0);
    for (Map.Entry<String, Integer> expected : counts.entrySet()) {
      FilterCompat.Filter filter = FilterCompat.get(eq(binaryColumn(column), Binary.fromString(expected.getKey())));
      int found = 0;
      try (ParquetReader<Group> rows = ParquetReader.builder(new GroupReadSupport(), path).withFilter(filter).build()) {
        while (rows.read() != null) found += 1;
      }
      if (found != expected.getValue())
        throw new IllegalStateException(
            String.format("%s: %s = '%s' is found %d times instead of %d", file, column, expected.getKey(), found, expected.getValue()));
    }
  }

  /** Of a writer whose name and version it can't read, parquet-java takes statistics of texts for those of a bug of 2015. */
  private static void refuseDistrusted(String file, Path path) throws IOException {
    try (ParquetFileReader reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, new Configuration()))) {
      String createdBy = reader.getFileMetaData().getCreatedBy();
      if (CorruptStatistics.shouldIgnoreStatistics(createdBy, PrimitiveTypeName.BINARY))
        throw new IllegalStateException(file + ": statistics of '" + createdBy + "' are not trusted");
    }
  }

  private static String textAt(Group row, String[] path) {
    Group group = row;
    for (int i = 0; i < path.length; i += 1) {
      if (group.getFieldRepetitionCount(path[i]) == 0) return null;
      if (i == path.length - 1) return group.getString(path[i], 0);
      group = group.getGroup(path[i], 0);
    }
    return null;
  }

  private static void appendGroup(StringBuilder json, Group group, GroupType type) {
    json.append('{');
    List<Type> fields = type.getFields();
    for (int i = 0; i < fields.size(); i += 1) {
      if (i > 0) json.append(',');
      appendText(json, fields.get(i).getName());
      json.append(':');
      if (group.getFieldRepetitionCount(i) == 0) json.append("null");
      else appendValue(json, group, i, 0, fields.get(i));
    }
    json.append('}');
  }

  private static void appendValue(StringBuilder json, Group group, int field, int index, Type type) {
    if (type.isPrimitive()) {
      appendPrimitive(json, group, field, index, type);
      return;
    }
    Group value = group.getGroup(field, index);
    GroupType groupType = type.asGroupType();
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    boolean isList = annotation instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation;
    boolean isMap = annotation instanceof LogicalTypeAnnotation.MapLogicalTypeAnnotation;
    if (!isList && !isMap) {
      appendGroup(json, value, groupType);
      return;
    }
    GroupType repeated = groupType.getType(0).asGroupType();
    json.append('[');
    for (int i = 0; i < value.getFieldRepetitionCount(0); i += 1) {
      if (i > 0) json.append(',');
      Group entry = value.getGroup(0, i);
      if (isMap) appendGroup(json, entry, repeated);
      else if (entry.getFieldRepetitionCount(0) == 0) json.append("null");
      else appendValue(json, entry, 0, 0, repeated.getType(0));
    }
    json.append(']');
  }

  private static void appendPrimitive(StringBuilder json, Group group, int field, int index, Type type) {
    PrimitiveTypeName name = type.asPrimitiveType().getPrimitiveTypeName();
    if (name == PrimitiveTypeName.INT32) json.append(group.getInteger(field, index));
    else if (name == PrimitiveTypeName.INT64) json.append(group.getLong(field, index));
    else if (name == PrimitiveTypeName.BOOLEAN) json.append(group.getBoolean(field, index));
    else if (type.getLogicalTypeAnnotation() == null) appendHex(json, group.getBinary(field, index).getBytes());
    else appendText(json, group.getString(field, index));
  }

  private static void appendHex(StringBuilder json, byte[] bytes) {
    json.append('"');
    for (byte one : bytes) json.append(String.format("%02x", one));
    json.append('"');
  }

  private static void appendText(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i += 1) {
      char unit = text.charAt(i);
      if (unit == '"' || unit == '\\') json.append('\\').append(unit);
      else if (unit < 0x20) json.append(String.format("\\u%04x", (int) unit));
      else json.append(unit);
    }
    json.append('"');
  }

  private ReadParquet() {}
}
