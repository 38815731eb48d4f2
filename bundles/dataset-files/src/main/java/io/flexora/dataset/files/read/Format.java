package io.flexora.dataset.files.read;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The format of a file. */
public enum Format {
  /** By the ending of each file's name. */
  AUTO(""),
  /** One JSON object a line. */
  JSONL("jsonl|ndjson"),
  /** A list of JSON objects, or an object that holds one; also one object a line. */
  JSON("json"),
  /** Fields between commas (RFC 4180), the names in the first row. */
  CSV("csv"),
  /** The same between tabs. */
  TSV("tsv|tab"),
  /** Apache Parquet. */
  PARQUET("parquet"),
  /** A word and its columns on each line, an empty line behind each sentence. */
  CONLL("conll|iob|bio");

  private static final Pattern NAME = Pattern.compile("(?i).+?\\.([a-z]+?)(\\.gz|\\.zst)?");
  private final String endings;

  Format(String endings) {
    this.endings = endings;
  }

  /**
   * The format that the ending of a name stands for; {@code .gz} and {@code .zst} may follow it.
   */
  public static Optional<Format> ofName(String name) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Stream.of(values())
            .filter(f -> matcher.group(1).toLowerCase(Locale.ROOT).matches(f.endings))
            .findFirst()
        : Optional.empty();
  }

  /** The name of a file without the ending that says how it is packed. */
  public static String unpacked(String name) {
    return name.replaceFirst("(?i)\\.(gz|zst)$", "");
  }

  /** The endings of all formats, for messages. */
  public static String allEndings() {
    return ".jsonl, .json, .csv, .tsv, .conll or .parquet (texts also with .gz or .zst behind it)";
  }
}
