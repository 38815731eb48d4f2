package io.flexora.distribution.embed;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Counts the tensors of PyTorch that this process holds. A manager holds on to each array that it
 * has not freed, so after a collection the arrays on the heap are those that are alive.
 */
public final class LiveTensors {

  private static final String ARRAY = "ai.djl.pytorch.engine.PtNDArray";
  private static final long PAGE = 4096;

  private LiveTensors() {}

  /** Collects garbage and counts. */
  public static long count() {
    return count(ARRAY);
  }

  /**
   * Collects garbage and counts the objects of a class.
   *
   * @param type its name
   */
  public static long count(String type) {
    return histogram()
        .lines()
        .map(String::strip)
        .filter(line -> line.endsWith(" " + type) || line.contains(" " + type + " "))
        .mapToLong(line -> Long.parseLong(line.split("\\s+", 3)[1]))
        .sum();
  }

  /** The memory of this process that is in use, but for the heap of Java, in bytes. */
  public static long bytesOutsideOfJava() throws IOException {
    StringTokenizer pages = new StringTokenizer(Files.readString(Path.of("/proc/self/statm")));
    pages.nextToken();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    return Long.parseLong(pages.nextToken()) * PAGE - heap;
  }

  private static String histogram() {
    try {
      return (String)
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
    } catch (JMException e) {
      throw new AssertionError("the virtual machine counts its objects", e);
    }
  }
}
