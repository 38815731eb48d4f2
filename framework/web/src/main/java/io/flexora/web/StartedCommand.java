package io.flexora.web;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command of Flexora in a process of its own, with what it says.
 *
 * @param id its number on this page
 * @param title what it does, in words
 * @param process the process
 * @param output the file that it writes to
 */
record StartedCommand(int id, String title, Process process, Path output) {

  private static final int TAIL = 24_000;

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("title", title);
    boolean ended = !process.isAlive();
    json.put("ended", ended);
    if (ended) {
      json.put("code", process.exitValue());
    }
    json.put("output", tail());
    return json;
  }

  /** The end of what it has said. */
  private String tail() {
    try (RandomAccessFile file = RegularFile.randomAccess(output)) {
      long length = file.length();
      byte[] bytes = new byte[(int) Math.min(TAIL, length)];
      file.seek(length - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
