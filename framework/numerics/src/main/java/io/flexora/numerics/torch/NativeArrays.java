package io.flexora.numerics.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.util.NativeResource;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.util.function.Function;

/**
 * Arrays that own their memory. What {@link NDManager#create(float[])} and its like give looks, on
 * a CPU, at a buffer of Java's, which is freed with that very array: another array on the same
 * memory, as a view, {@code stopGradient}, or a conversion to the type that it has already, then
 * reads whatever comes to lie there. Arrays made here can be shared like any other.
 *
 * <p>An array that is freed cannot be used: {@linkplain #requireOpen the doors} to PyTorch refuse
 * it. With the system property {@code flexora.arrays.checked=true}, as in this project's tests,
 * they also check that its manager is open, hold what a call reads until the call is over, notice
 * if another thread has freed it meanwhile, and name where it was freed; and memory of Java's is
 * overwritten when it is given up. The memory of other arrays is not: views may still look at it,
 * which PyTorch counts.
 *
 * @since 0.1
 */
public final class NativeArrays {
  static final boolean CHECKED = Boolean.getBoolean("flexora.arrays.checked");

  private NativeArrays() {}

  /** A vector, float32. */
  public static NDArray of(NDManager owner, float[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, float32. */
  public static NDArray of(NDManager owner, float[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A vector, float64. */
  public static NDArray of(NDManager owner, double[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, float64. */
  public static NDArray of(NDManager owner, double[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A vector, int64. */
  public static NDArray of(NDManager owner, long[] values) {
    return own(owner.create(values));
  }

  /** An array of a shape, int64. */
  public static NDArray of(NDManager owner, long[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** Yes or no for each element of an array. */
  public static NDArray of(NDManager owner, boolean[] values, Shape shape) {
    return own(owner.create(values, shape));
  }

  /** A number without dimensions, float32. */
  public static NDArray of(NDManager owner, float value) {
    return own(owner.create(value));
  }

  /** A number without dimensions, int64. */
  public static NDArray of(NDManager owner, long value) {
    return own(owner.create(value));
  }

  /** An array of a shape, in a type. */
  public static NDArray of(NDManager owner, float[] values, Shape shape, DataType type) {
    return inType(of(owner, values, shape), type);
  }

  /** An array of a shape, in a type. */
  public static NDArray of(NDManager owner, double[] values, Shape shape, DataType type) {
    return inType(of(owner, values, shape), type);
  }

  private static NDArray inType(NDArray made, DataType type) {
    if (made.getDataType() == type) {
      return made;
    }
    try (made) {
      return made.toType(type, false);
    }
  }

  /** An array of a shape from a buffer's remaining bytes, in the machine's order. */
  public static NDArray of(NDManager owner, Buffer values, Shape shape, DataType type) {
    return own(owner.create(values, shape, type));
  }

  /**
   * Converts into an array of its own, also where the type is the same already.
   *
   * @param owner the owner of the result
   */
  public static NDArray convert(NDManager owner, NDArray array, DataType type) {
    requireOpen(array, "the array to convert");
    NDArray converted = array.getDataType() == type ? array.duplicate() : array.toType(type, false);
    converted.attach(owner);
    return converted;
  }

  /**
   * Whole numbers that a method reads as numbers, int64: they stay in the host's memory, so that
   * nobody waits for a GPU to hand them back.
   */
  public static NDArray onHost(NDManager owner, long[] values) {
    return onHost(owner, host -> of(host, values));
  }

  /** A number without dimensions, as {@link #onHost(NDManager, long[])}. */
  static NDArray onHost(NDManager owner, long value) {
    return onHost(owner, host -> of(host, value));
  }

  private static NDArray onHost(NDManager owner, Function<NDManager, NDArray> make) {
    if (!owner.getDevice().isGpu()) {
      return make.apply(owner);
    }
    try (NDManager host = owner.newSubManager(Device.cpu())) {
      NDArray made = make.apply(host);
      made.attach(owner);
      return made;
    }
  }

  /**
   * An array on a manager's device: the given one if it is there already, else a copy that belongs
   * to the manager.
   */
  public static NDArray onDeviceOf(NDManager owner, NDArray array) {
    requireOpen(array, "the array to move");
    if (array.getDevice().equals(owner.getDevice())) {
      return array;
    }
    NDArray moved = array.toDevice(owner.getDevice(), true);
    moved.attach(owner);
    return moved;
  }

  /**
   * Refuses an array that is freed; where arrays are checked, also one whose manager is closed or
   * is not PyTorch's.
   *
   * @param what the array, for the message
   * @return the array
   * @throws IllegalStateException if the array cannot be used; the cause is where it was freed, if
   *     arrays are checked
   */
  public static NDArray requireOpen(NDArray array, String what) {
    if (array.isReleased()) {
      Throwable freed = CHECKED ? Freed.where(array) : null;
      throw new IllegalStateException(
          what + " was freed before it was used" + (freed == null ? "" : ", as the cause shows"),
          freed);
    }
    if (CHECKED) {
      requireOwner(array, what);
    }
    return array;
  }

  private static void requireOwner(NDArray array, String what) {
    if (!(array.getManager() instanceof PtNDManager owner)) {
      throw new IllegalStateException(
          "%s belongs to %s, which is no manager of PyTorch".formatted(what, array.getManager()));
    }
    if (!owner.isOpen()) {
      throw new IllegalStateException(
          "%s belongs to %s, which is closed".formatted(what, owner.getName()));
    }
  }

  private static NDArray own(NDArray made) {
    try (made) {
      NDArray own = made.duplicate();
      if (CHECKED && made.getManager() instanceof PtNDManager) {
        overwrite(made);
      }
      return own;
    }
  }

  private static void overwrite(NDArray array) {
    if (array.getDataType().isFloating()) {
      array.muli(Float.NaN);
    } else if (array.getDataType() == DataType.INT64 || array.getDataType() == DataType.INT32) {
      array.muli(0).subi(0x7f7f7f7f);
    }
  }

  /**
   * The record that DJL makes when it frees an array: a debug option of its own, without a getter.
   */
  private static final class Freed {
    private static final Field RECORD = record();

    private static Field record() {
      try {
        Field record = NativeResource.class.getDeclaredField("exception");
        record.setAccessible(true);
        return record;
      } catch (NoSuchFieldException e) {
        throw new IllegalStateException("this version of DJL keeps no record", e);
      }
    }

    private static Throwable where(NDArray array) {
      try {
        return array instanceof NativeResource<?> freed ? (Exception) RECORD.get(freed) : null;
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
