"""What this application can bring in on a first day, in the order in which it is best done.

Importing this package registers its importers and the jobs that run them.
"""

from federations.jobs import job_handler
from federations.services.take_on import register_importer
from federations.services.take_on_files import IMPORT_JOB, TRIAL_JOB, run_import, run_trial
from federations.take_on.facilities import FACILITIES
from federations.take_on.people import PEOPLE
from federations.take_on.registers import ACTIVITIES, EXPENSES
from federations.take_on.units import UNITS

for _importer in (UNITS, FACILITIES, PEOPLE, ACTIVITIES, EXPENSES):
    register_importer(_importer)

job_handler(TRIAL_JOB)(run_trial)
job_handler(IMPORT_JOB)(run_import)
