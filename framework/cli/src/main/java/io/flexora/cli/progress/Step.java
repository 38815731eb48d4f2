package io.flexora.cli.progress;

import java.util.Map;

/**
 * Where a run stands.
 *
 * @param cell the cell's name
 * @param phase {@code search}, {@code train} or {@code evaluate}
 * @param done steps done in the phase
 * @param total steps of the phase
 * @param figures what was measured, by name
 * @since 0.1
 */
public record Step(String cell, String phase, long done, long total, Map<String, ?> figures) {

  /** The name of the phase in the whole run. */
  public String title() {
    return isDownload() ? "download" : cell + ": " + phase;
  }

  /** Whether it tells of bytes that are fetched, before any cell runs. */
  boolean isDownload() {
    return cell.isEmpty();
  }

  /** Whether it is the last step of its phase. */
  public boolean ends() {
    return done >= total;
  }
}
