package io.flexora.source.hf;

import io.flexora.testkit.fixture.RecordingMonitor;
import java.io.IOException;

/** A program that fetches one location, by the variables of its environment. */
final class FetchOnce {
  private FetchOnce() {}

  public static void main(String[] arguments) throws IOException {
    HfSource source =
        new HfSource(HubEnvironment.ofThisProcess(), new DownloadLocks(), HubTimeouts.USUAL);
    System.out.println(source.fetch(arguments[0], new RecordingMonitor()));
  }
}
