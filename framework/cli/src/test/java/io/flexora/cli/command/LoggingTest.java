package io.flexora.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.read.ListAppender;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {

  private static final String FILE = "logback.configurationFile";

  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    System.clearProperty(FILE);
    context.stop();
  }

  @Test
  void aProgramsOwnConfigurationGoesBefore(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("own.xml"),
            """
            <configuration>
              <appender name="OWN" class="ch.qos.logback.core.read.ListAppender"/>
              <root level="INFO"><appender-ref ref="OWN"/></root>
            </configuration>
            """);
    System.setProperty(FILE, file.toUri().toString());

    Logger root = configured();

    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    assertThat(root.iteratorForAppenders()).toIterable().hasSize(1);
    assertThat(root.getAppender("OWN")).isInstanceOf(ListAppender.class);
  }

  @Test
  void withoutOneWarningsGoToStandardError() throws Exception {
    Logger root = configured();

    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    assertThat(root.iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOfSatisfying(
            ConsoleAppender.class,
            appender -> assertThat(appender.getTarget()).isEqualTo("System.err"));
  }

  @Test
  void stackTracesAreShownIfAskedForAlone() throws Exception {
    Logger root = configured();
    assertThat(written(root)).isEqualTo("error: a cell failed" + System.lineSeparator());

    Logging.debug(context);

    assertThat(context.getLogger("io.flexora.comparison").isDebugEnabled()).isTrue();
    assertThat(written(root))
        .startsWith("error: a cell failed" + System.lineSeparator())
        .contains("IllegalStateException: no layers", "\tat " + LoggingTest.class.getName());
  }

  /** What the only appender writes of a failure. */
  private static String written(Logger root) {
    OutputStreamAppender<ILoggingEvent> appender =
        (OutputStreamAppender<ILoggingEvent>) root.iteratorForAppenders().next();
    LoggingEvent event =
        new LoggingEvent(
            Logger.class.getName(),
            root,
            Level.ERROR,
            "a cell failed",
            new IllegalStateException("no layers"),
            new Object[0]);
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }

  /** As when a program asks for its first logger. */
  private Logger configured() throws Exception {
    new ContextInitializer(context).autoConfig();
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }
}
