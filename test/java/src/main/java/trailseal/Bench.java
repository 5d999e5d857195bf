package trailseal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.event.ruler.Machine;

/**
 * Event patterns and events, a JSON text a line in a file of each. For every line on standard input all events are matched, on this thread, and
 * a line says how many nanoseconds that took and how many rules matched.
 */
final class Bench {
    public static void main(String[] files) throws Exception {
        Machine machine = Machine.builder().build();
        int name = 0;
        for (String pattern : lines(files[0])) machine.addRule("rule " + name++, pattern);
        List<String> events = lines(files[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            long start = System.nanoTime();
            long matches = 0;
            for (String event : events) matches += machine.rulesForJSONEvent(event).size();
            System.out.println(System.nanoTime() - start + " " + matches);
        }
    }

    private static List<String> lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file), StandardCharsets.UTF_8);
    }
}
