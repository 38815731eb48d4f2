package io.flexora.cli.output;

import java.util.stream.IntStream;

/**
 * The widths of columns that stand side by side.
 *
 * @since 0.1
 */
public final class ColumnWidths {

  /** What stands between two columns. */
  public static final String GAP = "  ";

  private ColumnWidths() {}

  /** What all columns take, with the gaps between them. */
  public static int total(int[] widths) {
    return IntStream.of(widths).sum() + GAP.length() * Math.max(0, widths.length - 1);
  }

  /**
   * Takes from the widest columns, as far as they can give, until all of them fit.
   *
   * @param floors the least width of each column
   * @param room how many characters a line may have
   */
  public static int[] narrowed(int[] widths, int[] floors, int room) {
    int[] narrowed = widths.clone();
    for (int excess = total(widths) - room; excess > 0; excess--) {
      int widest = -1;
      for (int i = 0; i < narrowed.length; i++) {
        boolean gives = narrowed[i] > floors[i];
        widest = gives && (widest < 0 || narrowed[i] > narrowed[widest]) ? i : widest;
      }
      if (widest < 0) {
        break;
      }
      narrowed[widest]--;
    }
    return narrowed;
  }
}
