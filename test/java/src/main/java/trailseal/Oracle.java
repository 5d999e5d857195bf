package trailseal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.Patterns;

/**
 * Lines of JSON, each a list of two texts, an event pattern and an event; for each a line: match, no, invalid (the pattern), or an error.
 * "split" is a pair on which event-ruler is not of one mind: its verdict, that of the finder it had before 2.0, and that of a machine for each
 * branch of $or alone.
 */
final class Oracle {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode pair = JSON.readTree(line);
            out.write(verdict(pair.get(0).asText(), pair.get(1).asText()));
            out.newLine();
        }
        out.flush();
    }

    private static String verdict(String pattern, String event) {
        List<Map<String, List<Patterns>>> compiled;
        try {
            // Not Machine.addRule: what this compiler rejects, that gives to the compiler from before $or, to which $or is a field.
            compiled = JsonRuleCompiler.compile(pattern);
        } catch (Exception e) {
            return "invalid";
        }
        Machine whole;
        Machine before;
        List<Machine> alone = new ArrayList<>();
        try {
            whole = machine(compiled, true);
            before = machine(compiled, false);
            for (Map<String, List<Patterns>> branch : compiled) alone.add(machine(List.of(branch), true));
        } catch (RuntimeException e) {
            // Lists of nothing under anything-but pass the compiler, and the machine has no state for them.
            return "invalid";
        }
        try {
            String verdict = verdict(matches(whole, event));
            boolean anyAlone = false;
            for (Machine branch : alone) anyAlone |= matches(branch, event);
            String others = verdict(matches(before, event)) + " " + verdict(anyAlone);
            return others.equals(verdict + " " + verdict) ? verdict : "split " + verdict + " " + others;
        } catch (Exception e) {
            return "error " + String.valueOf(e).replaceAll("\\s+", " ");
        }
    }

    private static String verdict(boolean matches) {
        return matches ? "match" : "no";
    }

    private static Machine machine(List<Map<String, List<Patterns>>> compiled, boolean structured) {
        Machine machine = Machine.builder().withStructuredMatching(structured).build();
        for (Map<String, List<Patterns>> branch : compiled) machine.addPatternRule("rule", branch);
        return machine;
    }

    private static boolean matches(Machine machine, String event) throws Exception {
        return !machine.rulesForJSONEvent(event).isEmpty();
    }
}
