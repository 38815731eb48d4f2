package io.flexora.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Sends the log of all libraries to standard error, from warnings up. In code, since reading an XML
 * file for it would take a tenth of the time that {@code flexora plugins} has. Where another
 * program embeds Flexora, its own configuration of Logback goes before.
 *
 * @since 0.1
 */
public final class Logging extends ContextAwareBase implements Configurator {

  /** Warnings and errors begin as those of the command line do. */
  private static final String LINE =
      "%replace(%replace(%level){'^WARN$', 'warning'}){'^ERROR$', 'error'}: %msg%n";

  private static final String WITHOUT_TRACES = LINE + "%nopex";
  private static final String WITH_TRACES = LINE + "%ex";

  private static final String APPENDER = "flexora";
  private static final String LAUNCHED = "flexora.terminal";
  private static final String NAMED_FILE = "logback.configurationFile";

  /** For the service loader. */
  public Logging() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (isConfiguredOtherwise(context)) {
      return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(WITHOUT_TRACES);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName(APPENDER);
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Does what a program's own configuration says, which is a file that a system property names or
   * that lies on the class path. To look for the latter opens every jar there, and the launcher
   * knows that there is none.
   */
  private static boolean isConfiguredOtherwise(LoggerContext context) {
    if (System.getProperty(LAUNCHED) != null && System.getProperty(NAMED_FILE) == null) {
      return false;
    }
    DefaultJoranConfigurator files = new DefaultJoranConfigurator();
    files.setContext(context);
    return files.configure(context) == ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** Makes the log ready before threads begin that write to it at the same time. */
  public static void prepare() {
    ILoggerFactory unused = LoggerFactory.getILoggerFactory();
  }

  /** Shows more of the program's own log, and stack traces with it. */
  static void debug() {
    debug((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  /** The same in a context; a program's own configuration keeps its patterns. */
  static void debug(LoggerContext context) {
    context.getLogger("io.flexora").setLevel(Level.DEBUG);
    if (context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(APPENDER)
            instanceof ConsoleAppender<ILoggingEvent> appender
        && appender.getEncoder() instanceof PatternLayoutEncoder encoder) {
      encoder.stop();
      encoder.setPattern(WITH_TRACES);
      encoder.start();
    }
  }
}
