"""What the others stand on: places, units, facilities, people, tenancy, jobs, history."""
