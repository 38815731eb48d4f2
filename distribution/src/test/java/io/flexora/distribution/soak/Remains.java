package io.flexora.distribution.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What commands have left behind when all of them have ended. */
final class Remains {

  private static final Path PROCESSES = Path.of("/proc");
  private static final int SECONDS = 90;

  private final SoakPlace place;

  Remains(SoakPlace place) {
    this.place = place;
  }

  /** Makes sure that there are none: processes (and with them ports), and files. */
  void requireNone() throws IOException, InterruptedException {
    for (int i = 0; i < SECONDS && !processes().isEmpty(); i++) {
      TimeUnit.SECONDS.sleep(1);
    }
    assertThat(processes()).as("processes that outlived their commands").isEmpty();
    // A host removes what those before it left that were killed; what is young may be in the
    // making.
    TimeUnit.SECONDS.sleep(SECONDS);
    try (Program last = place.start(place.root(), List.of("plugins", "--strict"))) {
      Program.Outcome outcome = last.outcome();
      assertThat(outcome.code()).as(outcome.out() + outcome.err()).isZero();
    }
    assertThat(files(place.cache())).as("what is in the cache of hosts").isEmpty();
    assertThat(files(place.temporary())).as("temporary files").isEmpty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> !file.equals(folder)).toList();
    }
  }

  /** The processes that have the place's mark in their environment, where that can be read. */
  private List<String> processes() throws IOException {
    if (!Files.isDirectory(PROCESSES)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(PROCESSES)) {
      return all.filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(this::isOurs)
          .map(process -> process.getFileName() + " " + text(process.resolve("cmdline")))
          .toList();
    }
  }

  private boolean isOurs(Path process) {
    return ("\0" + text(process.resolve("environ"))).contains("\0" + place.mark() + "\0");
  }

  /** One that has ended meanwhile has no text. */
  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
