/** A recorded run and a recorded comparison, for reports. */
package io.flexora.testkit.recorded;
