package io.flexora.cli.doctor;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Source;
import io.flexora.cli.plugins.PluginList;
import io.flexora.experiment.engine.EngineState;
import io.flexora.experiment.engine.GpuDiagnosis;
import io.flexora.experiment.engine.GpuState;
import io.flexora.files.machine.FreeMemory;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.status.PluginStatus;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks at Java, the installation, engines, GPUs, memory, folders and the network.
 *
 * @since 0.1
 */
public final class Examination {

  private static final int OLDEST_JAVA = 17;
  private static final long MIB = 1024 * 1024;

  /** What the engine takes before it has a model. */
  private static final long LEAST_MEMORY = 512 * MIB;

  /** What the quickstart takes by its estimate, rounded up. */
  private static final long USUAL_MEMORY = 1250 * MIB;

  private final FlexoraHost host;
  private final Path working;
  private final NetworkProbe network;

  /**
   * Prepares the examination.
   *
   * @param working the folder that runs are written below
   * @param network asks servers
   */
  public Examination(FlexoraHost host, Path working, NetworkProbe network) {
    this.host = host;
    this.working = working;
    this.network = network;
  }

  /** Looks at everything. Nothing is downloaded, and no file stays behind. */
  public List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(plugins());
    List<EngineState> engines = FlexoraHost.engines();
    if (engines.isEmpty()) {
      findings.add(
          Finding.missing("engine", "there is none in lib/; unpack the distribution again"));
    }
    engines.forEach(engine -> findings.add(engine(engine)));
    findings.add(gpu(engines, FlexoraHost.gpus(), FlexoraHost.gpuDiagnosis()));
    findings.add(memory(FreeMemory.bytes()));
    findings.add(Folders.runs(working));
    host.places().forEach((source, places) -> addSource(findings, source, places));
    return findings;
  }

  private static Finding java() {
    Runtime.Version version = Runtime.version();
    String text =
        "%s of %s, %d processors, %d MiB for its heap"
            .formatted(
                version,
                System.getProperty("java.vendor"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() / MIB);
    return version.feature() >= OLDEST_JAVA
        ? Finding.fine("Java", text)
        : Finding.missing("Java", text + "; Flexora needs " + OLDEST_JAVA + " or later");
  }

  private Finding plugins() {
    List<PluginStatus> all = host.plugins().plugins();
    List<String> unusable =
        all.stream().filter(PluginList::isUnusable).map(PluginStatus::name).distinct().toList();
    String text =
        "%d extensions of %d plugins".formatted(host.catalog().extensions().size(), all.size());
    try {
      host.plugins().requireAsLocked();
    } catch (FlexoraException e) {
      return Finding.missing("plugins", e.getMessage());
    }
    if (host.catalog().extensions().isEmpty()) {
      return Finding.missing("plugins", "none is active; unpack the distribution again");
    }
    return unusable.isEmpty()
        ? Finding.fine("plugins", text)
        : Finding.note(
            "plugins",
            "%s; not usable: %s (`flexora plugins` says why)"
                .formatted(text, String.join(", ", unusable)));
  }

  private static Finding engine(EngineState engine) {
    return engine
        .problem()
        .map(
            why ->
                Finding.missing(
                    engine.name(), "its native library does not load: %s".formatted(why)))
        .orElseGet(
            () -> Finding.fine(engine.name(), engine.version().orElse("of an unknown version")));
  }

  static Finding gpu(
      List<EngineState> engines, List<GpuState> gpus, Optional<GpuDiagnosis> diagnosis) {
    if (gpus.isEmpty() && diagnosis.isEmpty()) {
      return Finding.fine("GPU", "none with a driver of NVIDIA; experiments run on the processor");
    }
    List<String> parts = new ArrayList<>();
    if (!gpus.isEmpty()) {
      GpuState first = gpus.get(0);
      parts.add(
          "%d of NVIDIA, CUDA %s, %d of %d MiB free on the first"
              .formatted(gpus.size(), first.cuda(), first.freeBytes() / MIB, first.bytes() / MIB));
    }
    diagnosis.map(GpuDiagnosis::words).ifPresent(parts::add);
    boolean used = engines.stream().anyMatch(engine -> engine.gpus() > 0);
    if (!used) {
      parts.add("no engine here uses it: the Maven profile cuda takes the libraries that do");
    }
    List<String> problems = diagnosis.map(GpuDiagnosis::problems).orElse(List.of());
    parts.addAll(problems);
    String text = String.join("; ", parts);
    return used && problems.isEmpty() ? Finding.fine("GPU", text) : Finding.note("GPU", text);
  }

  static Finding memory(long free) {
    String text = "%d MiB free".formatted(free / MIB);
    if (free < LEAST_MEMORY) {
      return Finding.missing(
          "memory", text + "; the engine alone takes %d".formatted(LEAST_MEMORY / MIB));
    }
    return free < USUAL_MEMORY
        ? Finding.note(
            "memory", text + "; the quickstart takes about %d".formatted(USUAL_MEMORY / MIB))
        : Finding.fine("memory", text);
  }

  private void addSource(List<Finding> findings, String source, Source.Places places) {
    places.cache().ifPresent(folder -> findings.add(Folders.cache(source + " cache", folder)));
    if (places.offline().isPresent()) {
      findings.add(
          Finding.note(
              source + " network",
              "not used (%s); what the cache has is".formatted(places.offline().get())));
      return;
    }
    for (URI remote : network.asks() ? places.remotes() : List.<URI>of()) {
      findings.add(
          network
              .problem(remote, Optional.ofNullable(places.proxies().get(remote)))
              .map(
                  why ->
                      Finding.note(
                          source + " network",
                          "%s does not answer (%s); what was downloaded before can be used"
                              .formatted(remote, why)))
              .orElseGet(() -> Finding.fine(source + " network", remote + " answers")));
    }
  }

  /** Whether nothing is missing that everybody needs. */
  public static boolean isSound(List<Finding> findings) {
    return findings.stream().noneMatch(f -> f.verdict() == Finding.Verdict.MISSING);
  }
}
