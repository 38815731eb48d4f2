package io.flexora.dataset.wordnet;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads a {@code data.*} file of WordNet, in the format of wndb(5WN). */
final class DatabaseFile {
  private static final String LICENCE_INDENT = "  ";
  private static final String GLOSS_MARK = " | ";
  private static final Pattern ADJECTIVE_MARKER = Pattern.compile("\\((a|p|ip)\\)$");
  private final Path path;
  private final String name;

  /**
   * Makes a reader.
   *
   * @param path the file
   * @param name its name in WordNet, for origins and messages
   */
  DatabaseFile(Path path, String name) {
    this.path = path;
    this.name = name;
  }

  /**
   * Reads every synset in the order of the file.
   *
   * @throws IOException if the file cannot be read
   * @throws FlexoraException if a line is not of the format
   */
  List<Synset> synsets() throws IOException {
    List<String> lines = lines();
    List<Synset> synsets = new ArrayList<>(lines.size());
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(LICENCE_INDENT)) {
        synsets.add(synset(lines.get(i), i + 1));
      }
    }
    return synsets;
  }

  private List<String> lines() throws IOException {
    try {
      return RegularFile.lines(path);
    } catch (CharacterCodingException e) {
      throw new FlexoraException(path + " is not a text file of WordNet's database", e);
    }
  }

  private Synset synset(String line, int number) {
    int mark = line.indexOf(GLOSS_MARK);
    try {
      String[] fields = line.substring(0, mark).split(" ", 5);
      return new Synset(
          name + ":" + fields[0],
          Supersenses.name(Integer.parseInt(fields[1])),
          lemmas(Integer.parseInt(fields[3], 16), fields[4]),
          line.substring(mark + GLOSS_MARK.length()).strip());
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new FlexoraException(
          "%s:%d is not a line of WordNet's database (offset, file number, type, words, pointers,"
                  .formatted(path, number)
              + " '|', gloss); the file may be cut or of another format",
          e);
    }
  }

  /**
   * Reads the words.
   *
   * @param count how many there are
   * @param fields each word with its number, and the pointers behind them, which may be thousands
   */
  private static List<String> lemmas(int count, String fields) {
    String[] words = fields.split(" ", 2 * count + 1);
    List<String> lemmas = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String word = words[2 * i].replace('_', ' ');
      lemmas.add(word.endsWith(")") ? ADJECTIVE_MARKER.matcher(word).replaceFirst("") : word);
    }
    return lemmas;
  }
}
