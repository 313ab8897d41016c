"""What the tests here and the crosswise ones do with SendSafely's client."""

import pathlib

from sendsafely import Package, Progress, SendSafely


class Silent(Progress):
    """Progress that is not printed."""

    def update_progress(self, file_id, progress):
        self.progress = progress


def connect(origin, key):
    """The client of an account, with the host changed and nothing else."""
    return SendSafely(origin, key["apiKey"], key["apiSecret"])


def upload(package, path, directory=None):
    """Encrypts and uploads a file, in a workspace into a directory; returns its id."""
    return package.encrypt_and_upload_file(str(path), directory_id=directory, progress_instance=Silent())["fileId"]


def send(account, files, message, recipients):
    """Sends files and a message to recipients; returns the link."""
    package = Package(account)
    for path in files:
        upload(package, path)
    package.encrypt_and_upload_message(message)
    package.add_recipients(recipients)
    return package.finalize()["message"]


def open_link(account, link, folder):
    """Opens a link, and saves what is in it; returns the names, the files' paths and the message."""
    package = account.load_package_from_link(link)
    files = []
    for file in package.get_info()["files"]:
        # Names come from the sender; ids are safe.
        saved = pathlib.Path(folder, file["fileId"])
        package.download_and_decrypt_file(
            file["fileId"], download_directory=str(folder), file_name=saved.name, progress_instance=Silent())
        files.append({"name": file["fileName"], "path": str(saved)})
    message = package.get_package_message()
    # A message that is not marked as text comes as octets.
    return {"files": files, "message": message if isinstance(message, str) else bytes(message).decode()}
