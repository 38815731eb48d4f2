/** A real plugin host around the bundle under test. */
package io.flexora.testkit.host;
