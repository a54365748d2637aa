mod hostile;
mod sets;
mod storage;
mod voting;
