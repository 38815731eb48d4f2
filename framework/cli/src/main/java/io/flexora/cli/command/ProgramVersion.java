package io.flexora.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, of the Java that runs it, and of the libraries it was built with. */
public final class ProgramVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    Properties built = built();
    return new String[] {
      "Flexora " + built.getProperty("version") + ", Java " + Runtime.version(),
      "PyTorch %s by DJL %s, Apache Felix %s"
          .formatted(
              built.getProperty("pytorch"), built.getProperty("djl"), built.getProperty("felix"))
    };
  }

  /** The version of the program alone. */
  public static String ofProgram() {
    return built().getProperty("version");
  }

  /** What this was built with. */
  private static Properties built() {
    Properties properties = new Properties();
    try (InputStream in = ProgramVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
