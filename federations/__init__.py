"""What the other applications stand on: places, units, facilities, people, tenancy, jobs, history."""
