package io.flexora.dataset.files.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads a row from each sentence of a CoNLL file: a word on each line, its columns between tabs or
 * else spaces, an empty line behind each sentence. Each column becomes a list. Lines of {@code
 * -DOCSTART-} and comments such as {@code # text = ...} in front of a sentence are passed over.
 */
final class ConllFile implements RowReader {

  private static final Pattern COMMENT = Pattern.compile("#\\s*(\\S+ = .*|newdoc.*|newpar.*)");
  private static final String DOCUMENT = "-DOCSTART-";

  private final List<String> names;

  /**
   * Makes a reader.
   *
   * @param names the names of the columns; if empty, the first one is {@code words}, the last one
   *     {@code tags}, and others are {@code column_2}, {@code column_3} and so on
   */
  ConllFile(List<String> names) {
    this.names = names;
  }

  @Override
  public void read(DataFile file, BadRows bad, Consumer<RawRow> rows) throws IOException {
    List<String[]> sentence = new ArrayList<>();
    String broken = "";
    long first = 1;
    try (Lines lines = Lines.open(file)) {
      while (lines.next()) {
        if (lines.isBlank()) {
          end(file.origin(first), sentence, broken, bad, rows);
          broken = "";
          continue;
        }
        first = sentence.isEmpty() && broken.isEmpty() ? lines.number() : first;
        try {
          String line = text(lines).stripTrailing();
          if (!line.startsWith(DOCUMENT)
              && !(sentence.isEmpty() && COMMENT.matcher(line).matches())) {
            sentence.add(line.indexOf('\t') >= 0 ? line.split("\t", -1) : line.split(" +"));
          }
        } catch (CharacterCodingException e) {
          broken = "it is not UTF-8";
        }
      }
    }
    end(file.origin(first), sentence, broken, bad, rows);
  }

  private static String text(Lines lines) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(lines.array(), lines.offset(), lines.length()))
        .toString();
  }

  private void end(
      String origin, List<String[]> sentence, String broken, BadRows bad, Consumer<RawRow> rows) {
    List<String[]> words = List.copyOf(sentence);
    sentence.clear();
    if (!broken.isEmpty()) {
      bad.add(origin, broken);
    } else if (!words.isEmpty()) {
      int columns = names.isEmpty() ? words.get(0).length : names.size();
      for (int word = 0; word < words.size(); word++) {
        if (words.get(word).length != columns || columns < 2) {
          bad.add(
              origin,
              "its word %d has %d columns, not %s"
                  .formatted(
                      word + 1,
                      words.get(word).length,
                      columns < 2 ? "a word and its tag" : columns));
          return;
        }
      }
      rows.accept(new RawRow(origin, fields(words, columns)));
    }
  }

  private Map<String, Object> fields(List<String[]> words, int columns) {
    Map<String, Object> fields = new LinkedHashMap<>();
    IntStream.range(0, columns)
        .forEach(c -> fields.put(name(c, columns), words.stream().map(w -> w[c]).toList()));
    return fields;
  }

  private String name(int column, int columns) {
    if (!names.isEmpty()) {
      return names.get(column);
    }
    return column == 0 ? "words" : column == columns - 1 ? "tags" : "column_" + (column + 1);
  }
}
