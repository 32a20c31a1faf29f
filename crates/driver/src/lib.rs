//! Performs the effects of the lifecycle in real time: pacing, journal, resume.
