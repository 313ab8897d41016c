"""SendSafely's own Python client, as it is published, against the real server: from its credentials to the last byte."""

import hashlib
import os
import pathlib
import tempfile
import unittest

from sendsafely import Package
from sendsafely.exceptions import (
    AddRecipientFailedException, DeleteFileException, DeletePackageException, DownloadFileException,
    FinalizePackageFailedException, GetFileInformationException, GetPackageInformationFailedException,
    GetPackageMessageException, GetUserInformationException, UploadMessageException,
)

from client import Silent, connect, open_link, send, upload
from server import Server

SEGMENT = 2_621_440
"""The length of the parts that the client cuts."""


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class SendSafelyPython(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Server())
        cls.key = cls.server.create_key("sender@example.com")
        cls.sender = connect(cls.server.origin, cls.key)
        cls.recipient = connect(cls.server.origin, cls.server.create_key("recipient@example.com"))

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="bulla-sendsafely-")))

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def test_its_credentials_and_its_user(self):
        user = self.sender.get_user_information()
        self.assertEqual(user["email"], "sender@example.com")
        self.assertTrue(user["id"])

    def test_a_whole_package(self):
        """Files at the edges of their parts, a message, recipients, a link, and back."""
        sizes = [0, 1, SEGMENT // 4 - 1, SEGMENT // 4, SEGMENT // 4 + 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 20 << 20]
        paths = [self.file(f"{size} bytes, 100% Zürich 名.bin", os.urandom(size)) for size in sizes]
        # Text without any other octet is marked as text by the client.
        paths.append(self.file("text.txt", b"one\r\ntwo\nthree\r" * 60_000))
        paths.append(self.file("Grüße.txt", "Grüße, 名前\r\n".encode() * 10))

        package = Package(self.sender)
        ids = [upload(package, path) for path in paths]
        text = "Grüße, 名前 <b>bold</b>\nsecond line"
        package.encrypt_and_upload_message(text)
        self.assertTrue(package.add_recipient("recipient@example.com")["recipientId"])
        added = package.add_recipients(["second@example.com", "third@example.com"])["recipients"]
        self.assertEqual([recipient["email"] for recipient in added], ["second@example.com", "third@example.com"])
        self.assertEqual(package.get_public_keys(), [])
        self.assertEqual(package.get_public_keys(added[0]["recipientId"]), [])
        link = package.finalize()["message"]
        self.assertTrue(link.startswith(f"{self.server.origin}/receive/?"), link)
        self.assertTrue(link.endswith(f"#keyCode={package.client_secret}"), link)

        listed = self.recipient.get_package_information_from_link(link)
        self.assertEqual(listed["packageId"], package.package_id)
        found = [(file["fileId"], file["fileName"], int(file["fileSize"])) for file in listed["files"]]
        self.assertEqual(found, [(id, path.name, path.stat().st_size) for id, path in zip(ids, paths)])

        received = self.recipient.load_package_from_link(link)
        self.assertEqual(received.get_package_message(), text)
        for id, path in zip(ids, paths):
            with self.subTest(path.name):
                information = received.get_file_information(id)
                self.assertEqual(information["fileName"], path.name)
                saved = self.folder / "saved"
                saved.mkdir(exist_ok=True)
                received.download_and_decrypt_file(id, download_directory=str(saved), progress_instance=Silent())
                self.assertEqual(digest(saved / path.name), digest(path))

        seen = package.get_info()
        self.assertEqual(seen["state"], "PACKAGE_STATE_ACTIVE_COMPLETE")
        self.assertEqual(len(seen["recipients"]), 3)
        [mine] = [recipient for recipient in seen["recipients"] if recipient["email"] == "recipient@example.com"]
        self.assertEqual(len(mine["confirmations"]), 1 + len(ids))

    def test_a_package_that_its_sender_goes_on_with(self):
        begun = Package(self.sender)
        kept, gone = upload(begun, self.file("kept", b"kept")), upload(begun, self.file("gone", b"gone"))
        package = self.sender.load_package(begun.package_id, key_code=begun.client_secret)
        package.delete_file_from_package(gone)
        with self.assertRaises(DeleteFileException):
            package.delete_file_from_package(gone)
        with self.assertRaises(GetFileInformationException):
            package.get_file_information(gone)
        package.add_recipient("recipient@example.com")
        link = package.finalize()["message"]
        self.assertEqual([file["fileId"] for file in package.get_info()["files"]], [kept])
        # The sender opens its own link as well.
        self.assertEqual(self.sender.load_package_from_link(link).get_info()["packageId"], package.package_id)

    def test_what_is_deleted_is_gone(self):
        link = send(self.sender, [self.file("x", b"x")], "hello", ["recipient@example.com"])
        package = self.sender.load_package_from_link(link)
        self.assertEqual(package.delete_package()["response"], "SUCCESS")
        with self.assertRaises(GetPackageInformationFailedException):
            self.recipient.get_package_information_from_link(link)
        with self.assertRaises(DeletePackageException):
            self.sender.delete_package(package.package_id)
        draft = Package(self.sender)
        self.assertEqual(self.sender.delete_package(draft.package_id)["response"], "SUCCESS")

    def test_what_the_server_refuses_is_raised_with_its_words(self):
        stranger = connect(self.server.origin, {**self.key, "apiSecret": "wrong"})
        with self.assertRaisesRegex(GetUserInformationException, "signature"):
            stranger.get_user_information()
        package = Package(self.sender)
        with self.assertRaisesRegex(AddRecipientFailedException, "no e-mail address"):
            package.add_recipient("nobody")
        with self.assertRaisesRegex(FinalizePackageFailedException, "no recipients"):
            package.finalize()
        other = connect(self.server.origin, self.server.create_key("other@example.com"))
        with self.assertRaisesRegex(GetPackageInformationFailedException, "not found or not permitted"):
            other.get_package_information(package.package_id)
        with self.assertRaisesRegex(DeletePackageException, "not found or not permitted"):
            other.delete_package(package.package_id)
        package.delete_package()
        with self.assertRaises(UploadMessageException):
            package.encrypt_and_upload_message("too late")
        # Where it looks for nothing but `errors`.
        with self.assertRaises(FinalizePackageFailedException):
            package.finalize()

    def test_another_keycode_opens_nothing(self):
        link = send(self.sender, [self.file("x", b"x" * 100)], "hello", ["recipient@example.com"])
        self.assertEqual(open_link(self.recipient, link, self.folder)["message"], "hello")
        base, key_code = link.split("#keyCode=")
        wrong = f"{base}#keyCode={'A' if key_code[0] != 'A' else 'B'}{key_code[1:]}"
        package = self.recipient.load_package_from_link(wrong)
        with self.assertRaises(GetPackageMessageException):
            package.get_package_message()
        [file] = package.get_info()["files"]
        with self.assertRaises(DownloadFileException):
            package.download_and_decrypt_file(
                file["fileId"], download_directory=str(self.folder), progress_instance=Silent())


if __name__ == "__main__":
    unittest.main()
