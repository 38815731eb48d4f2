package io.flexora.api.run;

/**
 * Ends a phase whose run was cancelled; thrown by {@link Monitor#step}.
 *
 * @since 0.1
 */
public final class CancelledException extends FlexoraException {

  private static final long serialVersionUID = 1L;

  /** Makes the exception. */
  public CancelledException() {
    super("the run was cancelled");
  }
}
