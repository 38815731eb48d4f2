package io.flexora.task.choice;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.Seeds;
import io.flexora.jinja.PythonLiteral;
import io.flexora.jinja.dialect.JinjaException;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The task {@code race} of lm-evaluation-harness, which asks the last question of an article. */
@Doc(
    "RACE: answer a question about an article. A row is an article with one question"
        + " (question, options, answer) or with several (problems). With several, the last is"
        + " asked and the others are shown with their answers.")
final class RaceTask extends NamedTask {
  private static final String TEXT =
      "Article: {{ article }}\n\n"
          + "{% for problem in problems[:-1] %}"
          + "{% if problem.question[-6:] == '  _  .' %}"
          + "{{ problem.question[:-5] }}{{ problem.options[problem.gold] }}\n"
          + "{% else %}Question: {{ problem.question }}\n"
          + "Answer: {{ problem.options[problem.gold] }}\n{% endif %}{% endfor %}"
          + "{{ problems[-1].question }}";

  @Inject
  RaceTask(ShotOptions options, Seeds seeds) {
    super(options, seeds, Templates.of(TEXT, "options"));
  }

  @Override
  void fill(KnownFields fields) {
    List<Map<String, Object>> problems = new ArrayList<>();
    if (fields.has("problems") && !fields.has("question")) {
      written(fields).forEach(p -> problems.add(problem(fields, p)));
    } else {
      fields.value("question");
      problems.add(problem(fields, fields.row().fields()));
    }
    Map<String, Object> last = problems.get(problems.size() - 1);
    fields
        .texts("article")
        .put("problems", problems)
        .put("options", last.get("options"))
        .put("gold", last.get("gold"));
  }

  private static List<?> written(KnownFields fields) {
    Object value = fields.value("problems");
    try {
      Object read = value instanceof String text ? PythonLiteral.parse(text) : value;
      if (read instanceof List<?> list && !list.isEmpty()) {
        return list;
      }
    } catch (JinjaException e) {
      throw BadRow.of(fields.row(), "field 'problems' is no list: " + e.reason());
    }
    throw fields.wrong("problems", "a list of questions", value);
  }

  private static Map<String, Object> problem(KnownFields fields, Object value) {
    if (!(value instanceof Map<?, ?> map) || !(map.get("question") instanceof String question)) {
      throw fields.wrong("problems", "a list of question, options and answer", value);
    }
    List<String> options = options(fields, map);
    Object answer = map.get("answer");
    if (answer == null) {
      throw BadRow.missing(fields.row(), "answer");
    }
    int gold = Labels.letters(options.size()).indexOf(answer.toString().strip());
    if (gold < 0) {
      throw fields.wrong("answer", "a letter from A to " + (char) ('@' + options.size()), answer);
    }
    return new HashMap<>(Map.of("question", question, "options", options, "gold", gold));
  }

  private static List<String> options(KnownFields fields, Map<?, ?> problem) {
    Object value = problem.get("options");
    if (value == null) {
      throw BadRow.missing(fields.row(), "options");
    }
    List<String> options = fields.list("options", value);
    if (options.size() > 4) {
      throw fields.wrong("options", "at most four texts", value);
    }
    return options;
  }
}
