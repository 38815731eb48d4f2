package io.flexora.web;

import io.flexora.api.run.FlexoraException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A page over all runs and comparisons of a folder, while they run and after: a table, curves,
 * chosen layers, configurations and reports. It reads nothing but that folder and the manual. It
 * changes nothing, unless it is given {@linkplain Builder#actions actions}: those ask for a token.
 *
 * @since 0.1
 */
public final class LivePage implements AutoCloseable {

  /** The address at which nobody but this machine can ask. */
  public static final String LOOPBACK = "127.0.0.1";

  private static final int MOST_THREADS = 12;
  private static final long MOST_BYTES = 1 << 20;

  /** Fewer than the threads, so that requests without an end leave some for readers. */
  private static final int ACTIONS_AT_ONCE = 4;

  private static final int UNAVAILABLE = 503;

  private final HostNames names;
  private final PageText text = PageText.load();
  private final RunAnswers answers;
  private final Optional<ManualFiles> manual;
  private final Optional<ActionGate> gate;
  private final Optional<RunActions> actions;
  private final Optional<ChatAction> chat;
  private final Optional<Commands> commands;
  private final Semaphore free = new Semaphore(ACTIONS_AT_ONCE);
  private final Javalin server;

  private LivePage(Builder how, String address, int port) {
    requireFree("the page cannot be shown at ", address, port);
    this.names = HostNames.at(address);
    this.manual = how.manual.map(folder -> new ManualFiles(folder.toAbsolutePath().normalize()));
    this.gate = how.actions.map(made -> new ActionGate(AccessToken.random()));
    this.actions = how.actions;
    this.chat = how.chat;
    this.commands = how.commands;
    this.answers = new RunAnswers(how.runs, how.own, manual.isPresent(), gate.isPresent());
    this.server = started(Javalin.create(this::configure), address, port);
  }

  /**
   * A server cannot listen at an address or port.
   *
   * @since 0.1
   */
  public static final class NotFreeException extends FlexoraException {

    private static final long serialVersionUID = 1L;

    private final boolean address;

    private NotFreeException(String reason, boolean address, IOException cause) {
      super(reason, cause);
      this.address = address;
    }

    /** Whether the address is at fault; otherwise the port is. */
    public boolean isOfAddress() {
      return address;
    }
  }

  /**
   * The settings of a page.
   *
   * @since 0.1
   */
  public static final class Builder {

    private final Supplier<Path> runs;
    private Supplier<Optional<Path>> own = Optional::empty;
    private Optional<Path> manual = Optional.empty();
    private Optional<RunActions> actions = Optional.empty();
    private Optional<ChatAction> chat = Optional.empty();
    private Optional<Commands> commands = Optional.empty();

    private Builder(Supplier<Path> runs) {
      this.runs = runs;
    }

    /** Opens the page with this run or comparison, as soon as it has a folder. */
    public Builder own(Supplier<Optional<Path>> folder) {
      own = folder;
      return this;
    }

    /** Shows the manual's pages of this folder, too, if it is there. */
    public Builder manual(Path folder) {
      manual = Optional.of(folder).filter(ManualFiles::isThere);
      return this;
    }

    /**
     * Lets who has the page's token start, stop and resume runs, and talk to their models. Each
     * command runs in a process of its own.
     *
     * @param command the command line of a process for arguments of the flexora command
     * @param cancel cancels the run that the page was opened with
     * @param configurations a folder of files that can be started from
     */
    public Builder actions(
        Function<List<String>, List<String>> command, Runnable cancel, Path configurations) {
      Commands started = new Commands(command);
      commands = Optional.of(started);
      actions = Optional.of(new RunActions(runs, own, cancel, configurations, started));
      chat = Optional.of(new ChatAction(runs, started));
      return this;
    }

    /**
     * Opens the page.
     *
     * @param address where to listen; {@link #LOOPBACK}, unless others shall see it too
     * @param port the port, or 0 for any that is free
     * @throws NotFreeException if it cannot listen there
     */
    public LivePage open(String address, int port) {
      return new LivePage(this, address, port);
    }
  }

  /**
   * The calls over a folder of runs without a page, each as a command of Flexora has it.
   *
   * @param runs the folder; may not be there yet
   * @param command the command line of a process for arguments of the flexora command
   * @param configurations a folder of files that can be read and started
   */
  public static List<ControlCall> calls(
      Path runs, Function<List<String>, List<String>> command, Path configurations) {
    return new RunActions(
            () -> runs, Optional::empty, () -> {}, configurations, new Commands(command))
        .all();
  }

  /**
   * Prepares the page of a folder of runs.
   *
   * @param runs the folder; may not be there yet
   */
  public static Builder over(Path runs) {
    return new Builder(() -> runs);
  }

  /**
   * Prepares the page of what lies beside one run or comparison, which it opens with.
   *
   * @param own its folder, as soon as there is one
   * @param runs where it is going to be
   */
  public static Builder beside(Supplier<Optional<Path>> own, Path runs) {
    return new Builder(() -> own.get().map(LivePage::parent).orElse(runs)).own(own);
  }

  private static Path parent(Path folder) {
    return folder.toAbsolutePath().normalize().getParent();
  }

  /** Whether nobody but this machine can ask at an address. */
  public static boolean isLoopback(String address) {
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static Javalin started(Javalin server, String address, int port) {
    // Jetty's threads load their classes through it, wherever this is called from.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(Javalin.class.getClassLoader());
    try {
      return server.start(address, port);
    } catch (JavalinException e) {
      throw new FlexoraException(
          "nothing can be shown at %s:%d: %s".formatted(address, port, e.getMessage()), e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /**
   * Tries the address before the server does, which would log its own failure.
   *
   * @param cannot the beginning of the message
   */
  static void requireFree(String cannot, String address, int port) {
    InetAddress own;
    try {
      own = InetAddress.getByName(address);
      new ServerSocket(0, 1, own).close();
    } catch (IOException e) {
      throw new NotFreeException(
          "%s%s: it is not an address of this machine. Name one that is".formatted(cannot, address),
          true,
          e);
    }
    try {
      new ServerSocket(port, 1, own).close();
    } catch (IOException e) {
      throw new NotFreeException(
          "%s%s:%d: %s. Name another port, or 0 for any that is free"
              .formatted(cannot, address, port, taken(e)),
          false,
          e);
    }
  }

  private static String taken(IOException e) {
    return e instanceof BindException && String.valueOf(e.getMessage()).contains("in use")
        ? "another program has the port"
        : e.getMessage();
  }

  private void configure(JavalinConfig config) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setDaemon(true);
    threads.setName("live-page");
    config.jetty.threadPool = threads;
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.routes.before(this::admit);
    config.routes.get("/", this::page);
    config.routes.get("/runs.json", answers::runs);
    config.routes.get("/run.json", answers::run);
    config.routes.get("/status.json", answers::status);
    config.routes.get("/report/{run}/{file}", answers::report);
    config.routes.get("/report/{run}/{cell}/{file}", answers::report);
    config.routes.get("/openapi.json", this::description);
    config.http.maxRequestSize = MOST_BYTES;
    chat.ifPresent(model -> config.routes.post("/action/chat", limited(model::answer)));
    actions.ifPresent(does -> config.routes.post("/action/{name}", limited(does::answer)));
    manual.ifPresent(files -> config.routes.get("/manual/<file>", files::answer));
  }

  private Handler limited(Handler action) {
    return context -> {
      if (!free.tryAcquire()) {
        HttpRefusal.of(UNAVAILABLE, "the page does %d things at once".formatted(ACTIONS_AT_ONCE))
            .to(context);
        return;
      }
      try {
        action.handle(context);
      } finally {
        free.release();
      }
    };
  }

  /** Lets in who asks for this page by one of its own names, and only asks. */
  private void admit(Context context) {
    text.headers().forEach(context::header);
    if (!names.include(context.header("Host"))) {
      HttpRefusal.of(403, "this page is asked for by an address of this machine").to(context);
    } else if (isAction(context)) {
      gate.get().refusal(context).ifPresent(refusal -> refusal.to(context));
    } else if (!context.method().name().equals("GET")) {
      HttpRefusal.of(405, "this can only be looked at").to(context);
    }
  }

  private boolean isAction(Context context) {
    return gate.isPresent()
        && context.method().name().equals("POST")
        && context.path().startsWith("/action/");
  }

  private void description(Context context) {
    context
        .contentType("application/json; charset=utf-8")
        .result(
            StatusJson.text(
                OpenApi.document(address(), actions.map(RunActions::all).orElse(List.of()))));
  }

  private void page(Context context) {
    context.contentType("text/html; charset=utf-8").result(text.html());
  }

  /** Where the page is, such as {@code http://127.0.0.1:8080/}. */
  public String address() {
    return "http://" + names.shown() + ":" + server.port() + "/";
  }

  /**
   * What changes anything asks for: 128 random bits as text. Empty where the page changes nothing.
   */
  public Optional<String> token() {
    return gate.map(who -> who.token().value());
  }

  /** The address with the token in the part that a browser keeps to itself. */
  public String addressWithToken() {
    return address() + token().map(value -> "#token=" + value).orElse("");
  }

  @Override
  public void close() {
    server.stop();
    commands.ifPresent(Commands::close);
  }
}
