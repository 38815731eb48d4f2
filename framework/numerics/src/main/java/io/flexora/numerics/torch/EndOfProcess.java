package io.flexora.numerics.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the process end while PyTorch computes. The virtual machine waits 300 ms for threads in
 * native code and then calls the C function {@code exit}, which takes PyTorch's global objects
 * apart under a computation that still reads them: a process that is asked to end would crash
 * instead, with another exit code and an {@code hs_err_pid} file. Here {@code exit} is told to end
 * the process before it does any of that; the exit code stays, and the system frees what there is,
 * a GPU's memory included.
 *
 * <p>glibc calls first what was registered last. Therefore it is registered when the process begins
 * to end, and, as {@link Runtime#halt} does not tell, when the first computation has made PyTorch's
 * global objects. On other systems than Linux the process ends as it would without this.
 */
final class EndOfProcess {
  private static final Logger LOG = LoggerFactory.getLogger(EndOfProcess.class);

  // These belong to the process, as PyTorch's global objects do.
  private static final AtomicBoolean LISTENING = new AtomicBoolean();
  private static final AtomicBoolean COMPUTED = new AtomicBoolean();

  private EndOfProcess() {}

  /** PyTorch is loaded. */
  static void started() {
    if (Platform.isLinux() && LISTENING.compareAndSet(false, true)) {
      try {
        Runtime.getRuntime()
            .addShutdownHook(new Thread(EndOfProcess::endAtOnce, "end-without-destructors"));
      } catch (IllegalStateException e) {
        LOG.debug("the process is ending already", e);
      }
    }
  }

  /** PyTorch has computed something. */
  static void computed() {
    if (LISTENING.get() && COMPUTED.compareAndSet(false, true)) {
      endAtOnce();
    }
  }

  private static void endAtOnce() {
    try {
      NativeLibrary c = NativeLibrary.getInstance("c");
      Function end = c.getFunction("_exit");
      c.getFunction("on_exit").invokeInt(new Object[] {end, Pointer.NULL});
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("this system's C library has no on_exit; a computation may crash at the end", e);
    }
  }
}
