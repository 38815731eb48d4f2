package io.flexora.distribution.soak;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** How much has been done to the product so far. */
final class Counts {

  private final Map<What, LongAdder> counts = new EnumMap<>(What.class);

  Counts() {
    for (What what : What.values()) {
      counts.put(what, new LongAdder());
    }
  }

  /** What is counted. */
  enum What {
    COMMANDS("commands"),
    COMPARISONS("comparisons in processes of their own, each equal to the quiet one"),
    RESIDENT("comparisons in this process, each equal to the quiet one"),
    CELLS("cells compared with those of the quiet one, file by file"),
    RESUMES("resumes"),
    KILLS("commands ended by SIGKILL"),
    CELL_KILLS("cells ended by SIGKILL"),
    TERMS("commands ended by SIGTERM"),
    INTERRUPTS("commands ended by SIGINT"),
    CTRL_CS("commands ended with their cells by SIGINT, as by Ctrl-C"),
    PAUSES("commands stopped and continued"),
    CANCELLATIONS("comparisons in this process cancelled and resumed"),
    FULL_DISKS("disks that became full"),
    LATE_BLOWS("blows that came after the end"),
    PLUGIN_CHANGES("changes of the plugins' folder"),
    PAGE_READS("reads of the live page"),
    PAGE_BYTES("bytes of the live page"),
    PAGE_DROPS("connections to the live page dropped"),
    PAGE_SLOW("bytes of the live page read one at a time");

    private final String words;

    What(String words) {
      this.words = words;
    }
  }

  void add(What what) {
    counts.get(what).increment();
  }

  void add(What what, long many) {
    counts.get(what).add(many);
  }

  long of(What what) {
    return counts.get(what).sum();
  }

  /** All counts, one a line. */
  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(count -> "%,14d  %s%n".formatted(count.getValue().sum(), count.getKey().words))
        .collect(Collectors.joining());
  }
}
