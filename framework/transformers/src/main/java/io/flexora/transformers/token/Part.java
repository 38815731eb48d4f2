package io.flexora.transformers.token;

import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.api.run.FlexoraException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A part of a {@code tokenizer.json}, with its place for messages.
 *
 * @param origin the file
 * @param path the place in the file, as in {@code decoder.decoders[2].start}
 * @param node what is there; missing where nothing is
 */
record Part(String origin, String path, JsonNode node) {
  private static final int MOST_SHOWN = 60;

  Part at(String field) {
    return new Part(origin, path.isEmpty() ? field : path + "." + field, node.path(field));
  }

  boolean absent() {
    return node.isMissingNode() || node.isNull();
  }

  /** The elements of a list; none where there is nothing. */
  List<Part> elements() {
    require(node.isArray() || absent(), "a list");
    return IntStream.range(0, node.size())
        .mapToObj(i -> new Part(origin, path + "[" + i + "]", node.get(i)))
        .toList();
  }

  /** The elements of a list in a field, at most a hundred. */
  List<Part> elementsOf(String field) {
    Part list = at(field);
    list.require(list.node().size() <= 100, "at most 100 elements");
    return list.elements();
  }

  String text() {
    require(node.isTextual(), "a text");
    return node.textValue();
  }

  int integer(int least, int most) {
    require(
        node.isInt() && node.intValue() >= least && node.intValue() <= most,
        "a whole number from %d to %d".formatted(least, most));
    return node.intValue();
  }

  /** Refuses what is here unless it is what is accepted. */
  void require(boolean right, String accepted) {
    if (!right) {
      throw refusal(shown() + "; accepted is " + accepted);
    }
  }

  private String shown() {
    String shown = absent() ? "nothing" : node.toString();
    return shown.length() > MOST_SHOWN ? shown.substring(0, MOST_SHOWN) + "..." : shown;
  }

  FlexoraException refusal(String what) {
    return new FlexoraException(
        "%s: %s is %s. Take the file that was published with the model"
            .formatted(origin, path, what));
  }
}
