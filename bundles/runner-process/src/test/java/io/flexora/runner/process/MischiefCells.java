package io.flexora.runner.process;

import io.flexora.api.run.Cell;
import io.flexora.api.run.CellExecution;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Cells of which each is run as its name says up to its hyphen. */
class MischiefCells implements CellExecution {

  final Map<String, String> failures = new ConcurrentHashMap<>();
  final List<String> begun = new CopyOnWriteArrayList<>();
  final AtomicBoolean cancelled = new AtomicBoolean();
  private final Path root;

  MischiefCells(Path root) {
    this.root = root;
  }

  List<Cell> cells(String... names) {
    List<Cell> cells = new ArrayList<>();
    for (String name : names) {
      try {
        cells.add(new Cell(name, Files.createDirectory(root.resolve(name))));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return cells;
  }

  boolean has(String cell, String file) {
    return Files.exists(root.resolve(cell).resolve(file));
  }

  String text(String cell, String file) {
    try {
      return Files.readString(root.resolve(cell).resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void runHere(Cell cell) {
    throw new AssertionError("cell '" + cell.name() + "' ran in this process");
  }

  @Override
  public List<String> command(List<String> javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(javaOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Mischief.class.getName()));
    return command;
  }

  @Override
  public void begin(Cell cell) {
    begun.add(cell.name());
  }

  @Override
  public CellExecution.Attempts attempts() {
    throw new AssertionError("a cell left this machine");
  }

  @Override
  public void failed(Cell cell, String cause) {
    if (failures.put(cell.name(), cause) != null) {
      throw new AssertionError("cell '" + cell.name() + "' failed twice");
    }
  }

  @Override
  public long memoryBytes(Cell cell) {
    return 1;
  }

  @Override
  public boolean cancelled() {
    return cancelled.get();
  }
}
