package io.flexora.distribution.tiny;

import io.flexora.runstore.RunListener;
import java.util.List;

/** What a run tells its user. */
public final class Notices {

  private Notices() {}

  /** Hears each notice of a run into a list. */
  public static RunListener into(List<String> told) {
    return new RunListener() {
      @Override
      public void notice(String cell, String phase, String sentence) {
        told.add(sentence);
      }
    };
  }
}
