package io.flexora.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of the program and of the Java that runs it. */
final class Versions implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"Flexora " + program() + ", Java " + Runtime.version()};
  }

  private static String program() {
    Properties properties = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
