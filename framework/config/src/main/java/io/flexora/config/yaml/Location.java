package io.flexora.config.yaml;

import io.flexora.files.message.Printable;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * The place where a value was written: {@code quickstart.yaml:12:3}, or {@code --set seed=7}.
 *
 * @param source the file as the user named it, or the flag
 * @param folder the folder that relative paths written there start from, absolute
 * @param line the line from 1; 0 for a flag or for a file as a whole
 * @param column the column from 1; for a flag its place among the flags
 * @param ofDefault whether nobody has written the value, so that the place is that of its owner
 * @since 0.1
 */
public record Location(String source, Path folder, int line, int column, boolean ofDefault)
    implements Comparable<Location> {

  private static final String FLAG = "--set ";
  private static final Comparator<Location> ORDER =
      Comparator.comparing(Location::isFlag)
          .thenComparing(location -> location.isFlag() ? "" : location.source())
          .thenComparingInt(Location::line)
          .thenComparingInt(Location::column);

  /** The file as a whole. */
  public static Location ofFile(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    Path folder = parent == null ? file.toAbsolutePath() : parent;
    return new Location(file.toString(), folder, 0, 0, false);
  }

  /** A text that comes from no file; its relative paths start from the working folder. */
  public static Location ofText(String name) {
    return new Location(name, workingFolder(), 0, 0, false);
  }

  /**
   * A flag.
   *
   * @param assignment the text behind {@code --set}
   * @param place its place among the flags
   */
  static Location ofFlag(String assignment, int place) {
    return new Location(FLAG + Quote.shortened(assignment), workingFolder(), 0, place, false);
  }

  /** A place in the same source. */
  Location at(int line, int column) {
    return isFlag() ? this : new Location(source, folder, line, column, false);
  }

  /** The same place, for a default that applies there. */
  public Location forDefault() {
    return new Location(source, workingFolder(), line, column, true);
  }

  /** Whether the value was given by a flag. */
  public boolean isFlag() {
    return line == 0 && source.startsWith(FLAG);
  }

  @Override
  public int compareTo(Location other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    String shown = Printable.line(source);
    return line == 0 ? shown : shown + ":" + line + ":" + column;
  }

  private static Path workingFolder() {
    return Path.of("").toAbsolutePath();
  }
}
