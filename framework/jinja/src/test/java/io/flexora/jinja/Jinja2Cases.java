package io.flexora.jinja;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables with which jinja2 3.1.6 rendered the templates of these tests: prompts by an
 * environment with {@code StrictUndefined} and the trailing newline, chats by that of transformers.
 */
final class Jinja2Cases {

  private static final Clock NOW =
      Clock.fixed(Instant.parse("2025-03-07T14:05:09Z"), ZoneOffset.UTC);
  private static final Pattern LINE = Pattern.compile("the template, line (\\d+): ");
  private static final Map<String, Object> VARIABLES = variables();

  private Jinja2Cases() {}

  private static Map<String, Object> variables() {
    Map<String, Object> variables = new HashMap<>();
    variables.put("s", " Hello World ");
    variables.put("w", "straße ÄÖ");
    variables.put("words", "the quick brown fox");
    variables.put("html", "<a href=\"x\">&'</a>");
    variables.put("ml", "a\n b\n\nc");
    variables.put("l", List.of("b", "a", "C"));
    variables.put("nums", List.of(3, 1, 2));
    variables.put("fl", List.of(1.5, -2.25, 0.1));
    variables.put("e", List.of());
    variables.put("m", ordered("role", "user", "n", 5));
    variables.put(
        "rows",
        List.of(
            row("Ann", 31, List.of("x", "y"), "Rom"),
            row("bob", 25, List.of(), "Oslo"),
            row("Cy", 31, List.of("z"), "Bonn")));
    variables.put("n", 7);
    variables.put("neg", -3);
    variables.put("f", 2.5);
    variables.put("big", 1_000_000_000_000L);
    variables.put("t", true);
    variables.put("none_", null);
    return variables;
  }

  private static Map<String, Object> row(String name, int age, List<String> tags, String city) {
    return ordered("name", name, "age", age, "tags", tags, "home", Map.of("city", city));
  }

  private static Map<String, Object> ordered(Object... entries) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], entries[i + 1]);
    }
    return map;
  }

  /** The template as lm-evaluation-harness renders those of its tasks. */
  static String prompt(String template) {
    return JinjaTemplate.parse(template, JinjaOptions.forPrompt("the template")).render(VARIABLES);
  }

  /** The template as transformers renders that of a chat, on 7 March 2025 at 14:05:09. */
  static String chat(String template) {
    return JinjaTemplate.parse(template, JinjaOptions.forChat(NOW)).render(VARIABLES);
  }

  /** The line that the refusal of a prompt names. */
  static int lineOfRefusal(String template) {
    JinjaException refusal = catchThrowableOfType(JinjaException.class, () -> prompt(template));
    Matcher line = LINE.matcher(refusal.getMessage());
    return line.lookingAt() ? Integer.parseInt(line.group(1)) : 0;
  }
}
