package io.flexora.plugin.admission;

import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.osgi.framework.Version;

/**
 * Decides whether a file may become a plugin, by reading it and without loading a class.
 *
 * <p>It keeps mistakes and broken files out; it is no sandbox. Plugin code runs with all rights of
 * the process.
 */
public final class Admission {

  private static final int MANIFEST_MAXIMUM = 1 << 20;

  private Admission() {}

  /** Admits a jar or an exploded bundle and returns its manifest. */
  public static PluginManifest admit(Path plugin) throws RefusedException {
    try {
      return Files.isDirectory(plugin) ? admitFolder(plugin) : admitJar(plugin);
    } catch (IOException e) {
      throw new RefusedException(PluginState.NOT_A_PLUGIN, "cannot be read: " + Causes.of(e));
    }
  }

  /** Refuses what may block whoever opens it. */
  public static void requireFile(Path jar) throws RefusedException {
    if (Files.exists(jar) && !Files.isRegularFile(jar)) {
      throw new RefusedException(PluginState.NOT_A_PLUGIN, "not a jar: it is a pipe or a device");
    }
  }

  private static PluginManifest admitFolder(Path folder) throws IOException, RefusedException {
    Path file = folder.resolve(JarFile.MANIFEST_NAME);
    if (!Files.isRegularFile(file)) {
      throw new RefusedException(
          PluginState.NOT_A_PLUGIN,
          "the folder has no META-INF/MANIFEST.MF, so it is not a bundle");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return admit(manifest(in));
    }
  }

  private static PluginManifest admitJar(Path jar) throws IOException, RefusedException {
    switch (ZipEnd.shape(jar)) {
      case TORN -> throw incomplete(jar);
      case OTHER ->
          throw new RefusedException(
              PluginState.NOT_A_PLUGIN, "not a jar: the file does not begin as a zip does");
      case WHOLE -> {}
    }
    PluginManifest manifest;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(JarFile.MANIFEST_NAME);
      if (entry == null) {
        throw new RefusedException(
            PluginState.NOT_A_PLUGIN, "the jar has no META-INF/MANIFEST.MF, so it is not a bundle");
      }
      try (InputStream in = zip.getInputStream(entry)) {
        manifest = admit(manifest(in));
      }
    }
    JarContent.check(jar);
    return manifest;
  }

  public static RefusedException incomplete(Path jar) throws IOException {
    return new RefusedException(
        PluginState.INCOMPLETE,
        "the end of the zip is missing (%,d bytes so far): still being copied, or cut off"
            .formatted(Files.size(jar)));
  }

  private static Manifest manifest(InputStream in) throws IOException, RefusedException {
    byte[] bytes = in.readNBytes(MANIFEST_MAXIMUM + 1);
    if (bytes.length > MANIFEST_MAXIMUM) {
      throw new RefusedException(
          PluginState.REFUSED, "its manifest is larger than %,d bytes".formatted(MANIFEST_MAXIMUM));
    }
    try {
      return new Manifest(new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new RefusedException(
          PluginState.NOT_A_PLUGIN, "its manifest is malformed: " + Causes.of(e));
    }
  }

  private static PluginManifest admit(Manifest read) throws RefusedException {
    PluginManifest manifest = new PluginManifest(read.getMainAttributes());
    String name = manifest.symbolicName();
    if (name.isEmpty()) {
      throw new RefusedException(
          PluginState.NOT_A_PLUGIN,
          "not a bundle: its manifest has no Bundle-SymbolicName (build it with bnd)");
    }
    if (ReservedNames.isFramework(name)) {
      throw new RefusedException(
          PluginState.REFUSED, "the symbolic name '" + name + "' belongs to the host");
    }
    checkVersion(manifest.version());
    checkClaims(manifest);
    return manifest;
  }

  private static void checkVersion(String version) throws RefusedException {
    try {
      Version.parseVersion(version);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(
          PluginState.REFUSED,
          "its Bundle-Version '" + version + "' is not of the form major.minor.micro.qualifier");
    }
  }

  private static void checkClaims(PluginManifest manifest) throws RefusedException {
    for (String exported : manifest.exportedPackages()) {
      if (ReservedNames.isHostPackage(exported)) {
        throw new RefusedException(
            PluginState.REFUSED,
            "it exports " + exported + ", which belongs to the host: import it instead");
      }
    }
    if (manifest.hasNativeCode()) {
      throw new RefusedException(
          PluginState.REFUSED,
          "it brings native code (Bundle-NativeCode), which cannot be loaded twice in a process:"
              + " put such a library on the host's class path (lib/)");
    }
    if (manifest.extendsFramework()) {
      throw new RefusedException(
          PluginState.REFUSED, "it is a fragment of the framework (Fragment-Host: system.bundle)");
    }
  }
}
