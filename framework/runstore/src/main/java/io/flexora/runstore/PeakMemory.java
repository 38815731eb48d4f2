package io.flexora.runstore;

import io.flexora.files.durable.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Measures the peak memory of a phase, for use in a try statement.
 *
 * <p>On Linux it is the resident memory of the process, native memory included: the kernel's own
 * high-water mark where it can be reset, else samples taken {@value #SAMPLE_MILLIS} milliseconds
 * apart, which may miss a shorter peak. Elsewhere it is what the Java virtual machine manages, and
 * the engine's native memory is missing; {@link #method} says which. It is a figure of the whole
 * process: phases that run at the same time count for each other.
 *
 * @since 0.1
 */
public final class PeakMemory implements AutoCloseable {

  /** The method by which a peak was measured. */
  public enum MeasuringMethod {
    /** The kernel's high-water mark of resident memory. */
    HIGH_WATER_MARK,
    /** The highest of samples of resident memory. */
    SAMPLES,
    /** The memory that the Java virtual machine manages; native memory is missing. */
    JAVA_ONLY
  }

  private static final int SAMPLE_MILLIS = 20;

  /** Those that are not closed; the process has one mark, which goes back when another starts. */
  private static final Set<PeakMemory> OPEN = new HashSet<>();

  private final Path process;
  private final MeasuringMethod method;
  private final AtomicLong sampled = new AtomicLong();
  private final Thread sampler;
  private long highest;
  private OptionalLong closedWith = OptionalLong.empty();

  private PeakMemory(Path process, MeasuringMethod method) {
    this.process = process;
    this.method = method;
    this.sampler = new Thread(this::sample, "peak-memory");
    if (method == MeasuringMethod.SAMPLES) {
      sampler.setDaemon(true);
      sampler.start();
    } else if (method == MeasuringMethod.JAVA_ONLY) {
      ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }
  }

  /** Starts to measure. */
  public static PeakMemory start() {
    return start(Path.of("/proc/self"));
  }

  static PeakMemory start(Path process) {
    synchronized (OPEN) {
      OPEN.forEach(PeakMemory::keepMark);
      PeakMemory started = new PeakMemory(process, method(process));
      OPEN.add(started);
      return started;
    }
  }

  private static MeasuringMethod method(Path process) {
    if (resident(process, "VmRSS").isEmpty()) {
      return MeasuringMethod.JAVA_ONLY;
    }
    try {
      Files.writeString(process.resolve("clear_refs"), "5", java.nio.file.StandardOpenOption.WRITE);
      return resident(process, "VmHWM").isPresent()
          ? MeasuringMethod.HIGH_WATER_MARK
          : MeasuringMethod.SAMPLES;
    } catch (IOException e) {
      return MeasuringMethod.SAMPLES;
    }
  }

  /** How it is measured. */
  public MeasuringMethod method() {
    return method;
  }

  /** The peak since the start, in bytes; until {@link #close} if that was called. */
  public synchronized long bytes() {
    return closedWith.orElseGet(this::measure);
  }

  private long measure() {
    synchronized (OPEN) {
      keepMark();
      return highest;
    }
  }

  private void keepMark() {
    highest = Math.max(highest, mark());
  }

  private long mark() {
    return switch (method) {
      case HIGH_WATER_MARK -> resident(process, "VmHWM").orElse(0);
      case SAMPLES -> sampled.accumulateAndGet(resident(process, "VmRSS").orElse(0), Math::max);
      case JAVA_ONLY ->
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .mapToLong(pool -> pool.getPeakUsage().getUsed())
              .sum();
    };
  }

  private void sample() {
    try {
      while (true) {
        sampled.accumulateAndGet(resident(process, "VmRSS").orElse(0), Math::max);
        Thread.sleep(SAMPLE_MILLIS);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private static OptionalLong resident(Path process, String key) {
    try (Stream<String> lines = RegularFile.lines(process.resolve("status")).stream()) {
      return lines
          .filter(line -> line.startsWith(key + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException | UncheckedIOException e) {
      return OptionalLong.empty();
    }
  }

  /** Ends the measurement. */
  @Override
  public synchronized void close() {
    closedWith = OptionalLong.of(bytes());
    synchronized (OPEN) {
      OPEN.remove(this);
    }
    sampler.interrupt();
  }
}
