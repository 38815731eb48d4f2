package io.flexora.source.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.CancelledException;
import io.flexora.testkit.fixture.RecordingMonitor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What happens when the network, the server or the disk fails. */
class DownloadTest extends HubTest {
  private static final String FILE = "org/tiny/model.safetensors";

  private Path partial() {
    return cached("blobs/" + FakeRepo.sha256(WEIGHTS) + ".flexora.incomplete");
  }

  private List<String> ranges() {
    return hub.requests().stream()
        .filter(r -> r.startsWith("GET /" + FakeRepo.sha256(WEIGHTS)))
        .map(r -> r.replaceFirst(".*Signature=secret ?", ""))
        .toList();
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws IOException {
    hub.cut(3);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).containsExactly("", "bytes=100000-", "bytes=150000-", "bytes=175000-");
    assertThat(monitor.notices()).anyMatch(n -> n.contains("model.safetensors broke off"));
    assertAllCame(200_000);
  }

  @Test
  void goesOnAfterAStall() throws IOException {
    hub.stall(1);
    timeouts = Duration.ofMillis(700);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).containsExactly("", "bytes=100000-");
  }

  @Test
  void beginsAnewWhereRangesAreIgnored() throws IOException {
    hub.ignoreRanges().cut(1);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).containsExactly("", "bytes=100000-");
  }

  @Test
  void goesOnWithWhatAnEarlierProcessLeft() throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), Arrays.copyOf(WEIGHTS, 150_000));
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).containsExactly("bytes=150000-");
    assertThat(partial()).doesNotExist();
  }

  @Test
  void finishesWhatAnEarlierProcessLeftWhole() throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), WEIGHTS);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).isEmpty();
  }

  @Test
  void beginsAnewWhereWhatWasLeftIsDamagedOrTooLong() throws IOException {
    Files.createDirectories(partial().getParent());
    Files.write(partial(), new byte[150_000]);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    assertThat(ranges()).containsExactly("bytes=150000-", "");
    Files.delete(snapshot("model.safetensors"));
    Files.delete(cached("blobs/" + FakeRepo.sha256(WEIGHTS)));
    Files.write(partial(), new byte[250_000]);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
  }

  @Test
  void throwsAwayWhatHasTheWrongChecksum() throws IOException {
    model.corrupt("model.safetensors", new byte[WEIGHTS.length]);
    model.corrupt("merges.txt", "b a".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (String file : List.of("model.safetensors", "merges.txt")) {
      assertThatThrownBy(() -> fetch("org/tiny/" + file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file)
          .hasMessageContaining("its checksum is")
          .hasMessageContaining("thrown away");
    }
    assertThat(files(cached("blobs"))).isEmpty();
    assertThat(files(cached("snapshots"))).isEmpty();
    model.corrupt("model.safetensors", WEIGHTS);
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
  }

  @Test
  void throwsAwayWhatHasTheWrongSize() throws IOException {
    for (int size : new int[] {WEIGHTS.length + 1, WEIGHTS.length - 1}) {
      model.corrupt("model.safetensors", Arrays.copyOf(WEIGHTS, size));
      assertThatThrownBy(() -> fetch(FILE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("it has %d bytes instead of 200000".formatted(size));
      assertThat(files(cached("blobs"))).isEmpty();
    }
  }

  @Test
  void triesAgainWhenTheServerIsBusy() throws IOException {
    hub.fail(3, 503, "");
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
    hub.fail(1, 429, "1");
    long start = System.nanoTime();
    fetch("org/tiny/merges.txt");
    assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
    assertThat(monitor.notices()).anyMatch(n -> n.contains("status 429; trying again in 1 s"));
  }

  @Test
  void givesUpWhenTheServerStaysBusy() {
    hub.fail(Integer.MAX_VALUE, 502, "");
    assertThatThrownBy(() -> fetch(FILE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot serve this now (status 502)");
    assertThat(hub.requests()).hasSize(HubTimeouts.ATTEMPTS);
  }

  @Test
  void aListThatHasNoEndOrGoesOnNowhereIsRefused() {
    String list = hub.url() + "/api/models/org/tiny/tree/" + FakeRepo.COMMIT + "?recursive=true&n=";
    for (String next : List.of(list + "%d", "file:///etc/passwd", "mailto:a@b", "http://a b|c")) {
      hub.next(next).forgetRequests();
      assertThatThrownBy(() -> fetch("org/tiny"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not answer as a Hub does");
      assertThat(hub.requests()).hasSizeLessThan(2_100);
    }
  }

  @Test
  void whatCameEncryptedDoesNotGoOnInTheClear() {
    URI page = URI.create("https://hub.example/list");
    assertThat(HubClient.followed(page, "/next")).contains(URI.create("https://hub.example/next"));
    assertThat(HubClient.followed(page, "https://mirror.example/next")).isPresent();
    assertThat(HubClient.followed(page, "http://hub.example/next")).isEmpty();
  }

  @Test
  void saysHowLongTheServerAsksToWait() {
    hub.fail(Integer.MAX_VALUE, 429, "7200");
    assertThatThrownBy(() -> fetch(FILE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("asks to wait 7200 s")
        .hasMessageContaining("HF_TOKEN");
    assertThat(hub.requests()).hasSize(1);
  }

  @Test
  void aDownloadThatStaysBrokenLeavesNothingUnderAFinalName() throws IOException {
    model.large("model.safetensors", new byte[] {1});
    hub.cut(Integer.MAX_VALUE);
    assertThatThrownBy(() -> fetch(FILE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be reached");
    assertThat(files(cached("blobs"))).allMatch(n -> n.endsWith(".incomplete"));
    assertThat(files(cached("snapshots"))).isEmpty();
  }

  @Test
  void aCancelledDownloadGoesOnLater() throws IOException {
    hub.stall(1);
    timeouts = Duration.ofMillis(700);
    RecordingMonitor cancelled = new RecordingMonitor(0);
    assertThatThrownBy(() -> source().fetch(FILE, cancelled))
        .isInstanceOf(CancelledException.class);
    assertThat(files(cached("snapshots"))).isEmpty();
    assertThat(fetch(FILE)).hasBinaryContent(WEIGHTS);
  }

  @Test
  void repairsFilesOfTheWrongSize() throws IOException {
    fetch("org/tiny");
    Files.write(cached("blobs/" + FakeRepo.sha256(WEIGHTS)), new byte[] {1, 2, 3});
    assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void linksAgainWhatLostItsContent() throws IOException {
    fetch("org/tiny");
    Files.delete(cached("blobs/" + FakeRepo.sha256(WEIGHTS)));
    assertThat(fetch("org/tiny").resolve("model.safetensors")).hasBinaryContent(WEIGHTS);
  }

  @Test
  void saysThatTheDiskIsTooSmallBeforeItBegins() throws IOException {
    model.announce("model.safetensors", 1L << 50);
    assertThatThrownBy(() -> fetch(FILE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("hf:org/tiny/model.safetensors needs 1125899906.8 MB")
        .hasMessageContaining("HF_HOME");
    assertThat(ranges()).isEmpty();
  }

  @Test
  void severalThreadsBringAFileOnce() throws Exception {
    HfSource source = source();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Path> task = () -> source.fetch(FILE, new RecordingMonitor());
      for (Future<Path> path : threads.invokeAll(List.of(task, task, task, task))) {
        assertThat(path.get()).hasBinaryContent(WEIGHTS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(ranges()).hasSize(1);
  }
}
