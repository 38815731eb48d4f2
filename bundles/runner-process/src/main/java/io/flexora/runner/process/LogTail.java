package io.flexora.runner.process;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a log. */
final class LogTail {

  private static final int LINES = 20;
  private static final int BYTES = 4096;

  private LogTail() {}

  /** The last lines of a file that is not empty, as far as they fit; none if it cannot be read. */
  static List<String> of(Path log) {
    try (RandomAccessFile file = RegularFile.randomAccess(log)) {
      long start = Math.max(0, file.length() - BYTES);
      byte[] end = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(end);
      List<String> lines =
          new String(end, StandardCharsets.UTF_8).lines().filter(l -> !l.isBlank()).toList();
      return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}
