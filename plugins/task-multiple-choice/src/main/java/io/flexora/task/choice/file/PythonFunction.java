package io.flexora.task.choice.file;

/** A function that a task file names by {@code !function}; it is never run. */
record PythonFunction(String name) {}
