package io.flexora.experiment.setup;

import io.flexora.numerics.torch.TorchEngine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The PyTorch library of this process.
 *
 * @param library the library
 * @param door DJL's native library
 * @param reason the reason for its use
 * @since 0.1
 */
public record TorchState(TorchLibrary library, TorchLibrary.Door door, String reason) {

  /**
   * Starts PyTorch and describes it.
   *
   * @throws io.flexora.api.run.FlexoraException if it does not start
   */
  public static TorchState ofThisProcess() {
    TorchEngine engine = TorchEngine.start();
    Path folder = engine.library();
    String flavour =
        Optional.ofNullable(System.getenv("PYTORCH_FLAVOR"))
            .orElseGet(GpuDiagnosis::flavourOnClassPath);
    TorchLibrary library =
        new TorchLibrary(
            folder,
            engine.version(),
            GpuDiagnosis.ofFlavour(flavour),
            TorchLibrary.hasNewAbi(folder));
    TorchLibrary.Door door =
        library.door().orElseGet(() -> new TorchLibrary.Door(flavour, "unknown"));
    return new TorchState(library, door, TorchChoice.reason());
  }

  /** The members in words, in the order in which they are shown. */
  public Map<String, String> members() {
    Map<String, String> members = new LinkedHashMap<>();
    members.put("version", library.version());
    members.put("flavour", door.flavour());
    members.put("abi", library.newAbi() ? "C++11" : "before C++11");
    members.put("folder", library.folder().toString());
    members.put("native_library", door.place());
    members.put("reason", reason);
    return members;
  }
}
