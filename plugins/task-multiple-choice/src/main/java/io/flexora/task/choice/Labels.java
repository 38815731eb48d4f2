package io.flexora.task.choice;

import java.util.List;
import java.util.Map;

/** Finds the index of the right answer in the forms that datasets write it; 0 where nobody asks. */
final class Labels {
  private static final String LETTERS = "ABCDEFGHIJ";

  private Labels() {}

  /**
   * A number that counts the choices, as a number or as a text.
   *
   * @param first the number of the first choice
   */
  static int number(KnownFields fields, String name, int first, int choices) {
    if (!fields.answered()) {
      return 0;
    }
    Object value = fields.value(name);
    int index = index(value, first);
    if (index < 0 || index >= choices) {
      throw fields.wrong(
          name, "one of " + first + " to " + (first + choices - 1) + ", the right choice", value);
    }
    return index;
  }

  private static int index(Object value, int first) {
    if (value instanceof Boolean truth) {
      return (truth ? 1 : 0) - first;
    }
    String text =
        value instanceof Number n && n.doubleValue() == n.intValue()
            ? Integer.toString(n.intValue())
            : value.toString().strip();
    if (text.length() == 1 && first == 1 && LETTERS.indexOf(text.charAt(0)) >= 0) {
      return LETTERS.indexOf(text.charAt(0));
    }
    return text.matches("\\d{1,4}") ? Integer.parseInt(text) - first : -1;
  }

  static List<String> letters(int count) {
    return LETTERS.substring(0, count).chars().mapToObj(Character::toString).toList();
  }

  /**
   * Choices with labels of their own, as two lists or as a list of pairs.
   *
   * @param texts the texts of the choices
   * @param labels their labels
   */
  record Choices(List<String> texts, List<String> labels) {
    static Choices of(KnownFields fields) {
      Object value = fields.value("choices");
      if (value instanceof Map<?, ?> map && map.containsKey("text")) {
        List<String> texts = fields.list("choices.text", map.get("text"));
        List<String> labels =
            map.get("label") == null
                ? letters(texts.size())
                : fields.list("choices.label", map.get("label"));
        return checked(fields, texts, labels);
      }
      if (value instanceof List<?> list && list.stream().allMatch(Map.class::isInstance)) {
        return checked(fields, each(fields, list, "text"), each(fields, list, "label"));
      }
      List<String> texts = fields.list("choices");
      return checked(fields, texts, letters(Math.min(texts.size(), LETTERS.length())));
    }

    /**
     * The index of the right choice, by its label in {@code answerKey}; letters and numbers from 1
     * stand for each other.
     */
    int right(KnownFields fields) {
      if (!fields.answered()) {
        return 0;
      }
      String name = "answerKey";
      Object value = fields.value(name);
      String label = value.toString().strip();
      int index = labels.indexOf(label);
      if (index < 0) {
        index = index(label, 1);
      }
      if (index < 0 || index >= labels.size()) {
        throw fields.wrong(
            name, "one of " + String.join(", ", labels) + ", the label of a choice", value);
      }
      return index;
    }

    private static List<String> each(KnownFields fields, List<?> choices, String key) {
      return fields.list(
          "choices." + key,
          choices.stream().map(c -> (Object) String.valueOf(((Map<?, ?>) c).get(key))).toList());
    }

    private static Choices checked(KnownFields fields, List<String> texts, List<String> labels) {
      if (texts.size() != labels.size() || texts.size() > LETTERS.length()) {
        throw BadRow.of(
            fields.row(),
            "field 'choices' has %d texts and %d labels; as many are needed, at most %d"
                .formatted(texts.size(), labels.size(), LETTERS.length()));
      }
      return new Choices(texts, labels);
    }
  }
}
