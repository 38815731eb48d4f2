package io.flexora.distribution.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.Progress;
import io.flexora.comparison.Comparison;
import io.flexora.distribution.embed.LiveTensors;
import io.flexora.distribution.soak.Counts.What;
import io.flexora.files.durable.DurableFolder;
import io.flexora.host.FlexoraHost;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.runstore.RunListener;
import io.flexora.web.LivePage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One host in this process that runs comparisons as long as it lives, while plugins change. */
final class ResidentHost {

  private static final String LOADER =
      "org.apache.felix.framework.BundleWiringImpl$BundleClassLoader";
  private static final int FEWEST_SAMPLES = 6;
  private static final long GROWTH_BYTES = 64L << 20;
  private static final Duration CLOSED = Duration.ofSeconds(10);
  // What changes while others work: a page's readers, files that are just being looked at.
  private static final long LOOSE = 40;

  private final SoakPlace place;
  private final Map<String, Map<String, String>> expected;
  private final HttpClient client;
  private final Counts counts;
  private final SplittableRandom random;
  private final List<Sample> samples = new ArrayList<>();

  /** What this process holds between two comparisons. */
  private record Sample(long tensors, long loaders, long bytes, long files, long threads) {

    static Sample take() throws IOException {
      return new Sample(
          LiveTensors.count(),
          LiveTensors.count(LOADER),
          LiveTensors.bytesOutsideOfJava(),
          ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
              .getOpenFileDescriptorCount(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  ResidentHost(
      SoakPlace place,
      Map<String, Map<String, String>> expected,
      HttpClient client,
      Counts counts,
      SplittableRandom random) {
    this.place = place;
    this.expected = expected;
    this.client = client;
    this.counts = counts;
    this.random = random;
  }

  /** Goes on until it is over, and ends the comparison that was begun. */
  void run(BooleanSupplier over) throws Exception {
    TorchEngine.start().useThreads(1);
    long before = LiveTensors.count();
    try (FlexoraHost host = FlexoraHost.builder().home(place.home()).cache(place.cache()).start()) {
      while (!over.getAsBoolean()) {
        compare(host);
        samples.add(Sample.take());
        place.note("resident: " + samples.get(samples.size() - 1));
      }
    }
    assertThat(LiveTensors.count()).as("tensors after the host was closed").isEqualTo(before);
    requireFlat();
  }

  private void compare(FlexoraHost host) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(SoakPlace.OPTIONS);
    options.add("output_dir=" + place.root().resolve("resident"));
    Comparison comparison = host.comparison(place.comparison().file(), options);
    Path folder;
    URI address;
    try (LivePage page =
            LivePage.beside(comparison::folder, Path.of("runs")).open(LivePage.LOOPBACK, 0);
        PageReaders readers = new PageReaders(client, counts, random.split(), false)) {
      address = URI.create(page.address());
      readers.open(page.address());
      folder = toTheEnd(host, comparison);
      assertThat(readers.wrong()).isEmpty();
    }
    requireClosed(address);
    Map<String, Map<String, String>> found = SoakPlace.contents(folder);
    assertThat(found).as("%s", folder).isEqualTo(expected);
    counts.add(What.RESIDENT);
    counts.add(What.CELLS, found.size() - 2L);
    DurableFolder.delete(folder);
  }

  /**
   * Waits until nothing listens at the address of a page that was closed.
   *
   * <p>A process that another thread starts holds a copy of the socket until it runs its program.
   */
  private static void requireClosed(URI page) throws IOException, InterruptedException {
    long until = System.nanoTime() + CLOSED.toNanos();
    while (listens(page)) {
      assertThat(System.nanoTime()).as("the port of a closed page still listens").isLessThan(until);
      Thread.sleep(10);
    }
  }

  private static boolean listens(URI page) throws IOException {
    try {
      new Socket(page.getHost(), page.getPort()).close();
      return true;
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Runs it, and at times cancels it somewhere, and goes on. */
  private Path toTheEnd(FlexoraHost host, Comparison comparison) {
    int cancelAt = random.nextInt(4) * random.nextInt(30);
    AtomicInteger steps = new AtomicInteger();
    RunListener cancelling =
        new RunListener() {
          @Override
          public void progress(String cell, String phase, Progress progress) {
            if (steps.incrementAndGet() == cancelAt) {
              comparison.cancel();
            }
          }
        };
    try {
      return comparison.run(cancelling).folder();
    } catch (CancelledException e) {
      counts.add(What.CANCELLATIONS);
      Path folder = comparison.folder().orElseThrow();
      return host.comparisonOf(folder).resume(folder, RunListener.NONE).folder();
    }
  }

  /** What is held goes up and down, but a leak only goes up. */
  private void requireFlat() {
    assertThat(samples.stream().map(Sample::tensors).distinct().toList())
        .as("counts of tensors")
        .hasSizeLessThanOrEqualTo(1);
    if (samples.size() < FEWEST_SAMPLES) {
      return;
    }
    List<Sample> early = samples.subList(1, samples.size() / 2);
    List<Sample> late = samples.subList(samples.size() / 2, samples.size());
    assertThat(least(late).bytes()).isLessThan(least(early).bytes() + GROWTH_BYTES);
    assertThat(least(late).loaders()).isLessThanOrEqualTo(least(early).loaders() + LOOSE);
    assertThat(least(late).files()).isLessThanOrEqualTo(least(early).files() + LOOSE);
    assertThat(least(late).threads()).isLessThanOrEqualTo(least(early).threads() + LOOSE);
  }

  private static Sample least(List<Sample> samples) {
    return samples.stream()
        .reduce(
            (a, b) ->
                new Sample(
                    Math.min(a.tensors(), b.tensors()),
                    Math.min(a.loaders(), b.loaders()),
                    Math.min(a.bytes(), b.bytes()),
                    Math.min(a.files(), b.files()),
                    Math.min(a.threads(), b.threads())))
        .orElseThrow();
  }

  /** What this process held at first and at last. */
  String held() {
    return samples.isEmpty()
        ? "nothing was compared in this process"
        : "this process held at first %s and at last %s"
            .formatted(samples.get(0), samples.get(samples.size() - 1));
  }
}
