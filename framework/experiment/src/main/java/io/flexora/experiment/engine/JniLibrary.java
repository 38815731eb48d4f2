package io.flexora.experiment.engine;

import ai.djl.engine.Engine;
import ai.djl.util.Platform;
import ai.djl.util.Utils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * DJL's native library for a build of PyTorch, by which Java calls PyTorch.
 *
 * @param flavour the flavour by which DJL finds it, such as cpu or cu128
 * @param place the file, or the jar on the class path
 * @since 0.1
 */
public record JniLibrary(String flavour, String place) {

  static final String NAME = System.mapLibraryName("djl_torch");

  /** The native library for a build of PyTorch; empty if this installation has none. */
  static Optional<JniLibrary> of(TorchLibrary torch) {
    return of(torch, cache(), JniLibrary.class.getClassLoader());
  }

  /**
   * Searches in DJL's order.
   *
   * @param cache DJL's cache of PyTorch's libraries
   */
  static Optional<JniLibrary> of(TorchLibrary torch, Path cache, ClassLoader jars) {
    Path folder = torch.folder();
    return Stream.of(folder.resolve(djl() + "-" + NAME), folder.resolve(NAME), cached(torch, cache))
        .filter(Files::isRegularFile)
        .findFirst()
        .map(file -> new JniLibrary(torch.flavour(), file.toString()))
        .or(() -> served(torch, jars));
  }

  /** The folder of PyTorch's libraries in DJL's cache. */
  static Path cache() {
    return Utils.getEngineCacheDir("pytorch");
  }

  /** The file of a cache in which DJL looks for the native library. */
  static Path cached(TorchLibrary torch, Path cache) {
    return cache.resolve(
        "%s-%s-%s/%s-%s".formatted(torch.version(), torch.flavour(), machine(), djl(), NAME));
  }

  /** One library serves all builds for CUDA, whose number it does not depend on. */
  private static Optional<JniLibrary> served(TorchLibrary torch, ClassLoader jars) {
    String wanted = torch.version() + "-" + djl();
    if (!servedVersion(jars).equals(wanted)) {
      return Optional.empty();
    }
    Stream<String> flavours =
        torch.cuda().isPresent() && torch.newAbi()
            ? Stream.of(torch.flavour(), "cu128")
            : Stream.of(torch.flavour());
    return flavours
        .filter(
            flavour ->
                jars.getResource("jnilib/%s/%s/%s".formatted(machine(), flavour, NAME)) != null)
        .findFirst()
        .map(flavour -> new JniLibrary(flavour, "pytorch-jni " + wanted + " in lib/"));
  }

  /** The version of PyTorch for which the class path has native libraries; empty if none. */
  static String servedTorch() {
    return servedVersion(JniLibrary.class.getClassLoader()).replace("-" + djl(), "");
  }

  private static String servedVersion(ClassLoader jars) {
    return GpuDiagnosis.property(jars, "jnilib/pytorch.properties", "jni_version").orElse("");
  }

  static String djl() {
    return Engine.getDjlVersion();
  }

  private static String machine() {
    return Platform.detectPlatform("pytorch").getClassifier();
  }
}
