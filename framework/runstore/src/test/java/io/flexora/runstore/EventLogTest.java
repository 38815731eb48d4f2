package io.flexora.runstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.Event;
import io.flexora.api.run.Figure;
import io.flexora.api.run.FlexoraException;
import io.flexora.results.run.RunEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("events.jsonl");
  }

  private static RunEvent event(long step) {
    return Events.step(
        "flexora-1",
        "search",
        step,
        Map.of("loss", Figure.of(0.1 * step), "alpha", Figure.of(List.of(1.0, -0.0))));
  }

  private void write(long... steps) {
    try (EventLog log = EventLog.open(file)) {
      Arrays.stream(steps).forEach(step -> log.append(event(step)));
    }
  }

  @Test
  void eventsComeBackInOrder() {
    write(1, 2);
    write(3);
    assertThat(EventLog.read(file)).containsExactly(event(1), event(2), event(3));
  }

  @Test
  void aLastLineCutAnywhereIsLeftOutAndRepaired() throws IOException {
    write(1, 2);
    byte[] whole = Files.readAllBytes(file);
    int secondLine = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int cut = secondLine; cut < whole.length - 1; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThat(EventLog.read(file)).as("cut at %d", cut).containsExactly(event(1));
      write(7);
      assertThat(EventLog.read(file)).as("cut at %d", cut).containsExactly(event(1), event(7));
    }
  }

  @Test
  void aLastLineThatOnlyLacksItsEndIsKept() throws IOException {
    write(1, 2);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThat(EventLog.read(file)).containsExactly(event(1), event(2));
    write(3);
    assertThat(EventLog.read(file)).containsExactly(event(1), event(2), event(3));
  }

  @Test
  void zerosThatAPowerCutLeftAreRemoved() throws IOException {
    write(1);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length + 4096));
    write(2);
    assertThat(EventLog.read(file)).containsExactly(event(1), event(2));
  }

  @Test
  void anotherDamagedLineIsSaidWithItsNumber() throws IOException {
    write(1, 2, 3);
    List<String> lines = Files.readAllLines(file);
    for (String damaged :
        List.of("", "{}", "[1]", "null", lines.get(1).replace("\"step\":2", "\"step\":\"2\""))) {
      Files.write(file, List.of(lines.get(0), damaged, lines.get(2)));
      assertThatThrownBy(() -> EventLog.read(file))
          .as(damaged)
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining(file + ":2 is not an event");
    }
  }

  @Test
  void aFlippedBitIsNoticedAndTheLineIsLeftOut() throws IOException {
    write(1, 2, 3);
    byte[] whole = Files.readAllBytes(file);
    int first = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int at = 0; at < first - 1; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << (at % 8));
      Files.write(file, flipped);
      assertThatThrownBy(() -> EventLog.read(file)).hasMessageContaining(file + ":1 is not an");
    }
    try (EventLog log = EventLog.open(file)) {
      assertThat(log.leftOut().orElseThrow()).startsWith(file.toString()).endsWith("on line 1");
      assertThat(log.hasStep("flexora-1", "search", 1)).isFalse();
      assertThat(log.hasStep("flexora-1", "search", 2)).isTrue();
    }
    assertThat(EventLog.read(file)).containsExactly(event(2), event(3));
  }

  @Test
  void threadsDoNotTearEachOthersLines() {
    try (EventLog log = EventLog.open(file)) {
      IntStream.range(0, 2000).parallel().forEach(step -> log.append(event(step)));
    }
    assertThat(EventLog.read(file).stream().map(RunEvent::step).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 2000).mapToLong(i -> i).boxed().toList());
  }

  @Test
  void everyDoubleComesBackExactlyAndWhatIsNotFiniteAsNaN() {
    SplittableRandom random = new SplittableRandom(13);
    double[] values = new double[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(random.nextLong());
    }
    values[0] = Double.MIN_VALUE;
    values[1] = -0.0;
    values[2] = Double.POSITIVE_INFINITY;
    values[3] = Double.NaN;
    try (EventLog log = EventLog.open(file)) {
      log.append(Events.step("", "", 0, Map.of("v", Figure.of(values))));
    }
    Event.StepDone step = (Event.StepDone) EventLog.read(file).get(0).what();
    List<Double> read = step.progress().figures().get("v").numbers();
    for (int i = 0; i < values.length; i++) {
      Double expected = Double.isFinite(values[i]) ? values[i] : Double.NaN;
      assertThat(read.get(i)).isEqualTo(expected);
    }
  }
}
