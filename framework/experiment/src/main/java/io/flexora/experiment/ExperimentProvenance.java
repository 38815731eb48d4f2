package io.flexora.experiment;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.flexora.api.model.BaseModel;
import io.flexora.experiment.setup.DeviceDescription;
import io.flexora.files.durable.FileHash;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.results.run.Provenance;
import io.flexora.runstore.ThisProcess;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The code, engine and devices that compute an experiment in this process, for its record. */
record ExperimentProvenance(BoundExperiment experiment) {

  /**
   * Describes it as it is now.
   *
   * @param devices where it is computed
   * @param files the hash of each file that was fetched, by its location
   */
  Provenance of(List<Device> devices, BaseModel model, Map<String, FileHash> files) {
    Map<String, String> versions = new TreeMap<>();
    versions.put("djl", Engine.getDjlVersion());
    versions.put("pytorch", TorchEngine.start().version());
    versions.put(Provenance.DEVICE, recorded(devices));
    versions.put(Provenance.COMPUTE_TYPE, model.shape().computeType());
    if (!experiment.overrides().isEmpty()) {
      versions.put(Provenance.OVERRIDES, String.join("; ", experiment.overrides()));
    }
    Map<String, String> plugins = new TreeMap<>();
    for (InstalledExtension extension : experiment.catalog().extensions()) {
      plugins.merge(
          extension.plugin(),
          extension.version(),
          (one, other) -> List.of(one.split("\\+", -1)).contains(other) ? one : one + "+" + other);
    }
    return ThisProcess.provenance(
        Instant.now(),
        experiment.configuration().seed(),
        versions,
        plugins,
        experiment.code().all(),
        files);
  }

  /** One device as the engine calls it, several in words. */
  private static String recorded(List<Device> devices) {
    return devices.size() == 1 ? devices.get(0).toString() : DeviceDescription.words(devices);
  }
}
