"""SendSafely's own Python client, as it is published, against the real server: from its credentials to the last byte."""

import hashlib
import os
import pathlib
import tempfile
import unittest

from sendsafely import Package
from sendsafely.exceptions import (
    AddRecipientFailedException, CreateDirectoryException, DeleteDirectoryException, DeleteFileException,
    DeletePackageException, DownloadFileException, FinalizePackageFailedException, GetDirectoryException,
    GetFileInformationException, GetKeycodeFailedException, GetPackageInformationFailedException,
    GetPackageMessageException, GetUserInformationException, MoveDirectoryException, TrustedDeviceException,
    UpdateRecipientFailedException, UploadMessageException,
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

    def account(self, name):
        """The client of another account."""
        return connect(self.server.origin, self.server.create_key(f"{name}@example.com"))

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

    def test_a_recipients_phone_number(self):
        package = Package(self.sender)
        recipient = package.add_recipient("recipient@example.com")["recipientId"]
        package.update_recipient_phone_number(recipient, "(212) 555-0123")
        [seen] = package.get_info()["recipients"]
        [number] = seen["phonenumbers"]
        self.assertEqual((number["countryCode"], number["phonenumber"]), (1, 2125550123))
        with self.assertRaises(UpdateRecipientFailedException):
            package.update_recipient_phone_number(recipient, "no number")

    def test_lists_by_pages(self):
        sender, reader = self.account("lister"), self.account("reader")
        sent = {}
        for name in ["one.txt", "two.txt", "three.txt"]:
            link = send(sender, [self.file(name, b"x")], "hello", ["reader@example.com"])
            sent[sender.load_package_from_link(link).package_id] = [name]
        for listed in [sender.get_sent_packages, reader.get_received_packages]:
            with self.subTest(listed.__name__):
                answer = listed(page_size=2)
                # Those of one second have no order of their own.
                found = [(package["packageId"], package["filenames"]) for package in answer["packages"]]
                self.assertEqual(sorted(found), sorted(sent.items()))
                pages = [(page["rowIndex"], page["pageSize"], page["totalRows"]) for page in answer["pagination"]]
                self.assertEqual(pages, [(0, 2, 3), (2, 2, 3)])
                self.assertEqual(listed(row_index=1)["packages"], answer["packages"][1:])
                self.assertEqual(listed(row_index=3)["packages"], [])
        gone = next(iter(sent))
        sender.delete_package(gone)
        for listed in [sender.get_sent_packages, reader.get_received_packages]:
            self.assertEqual({package["packageId"] for package in listed()["packages"]}, sent.keys() - {gone})
        self.assertEqual(sender.get_received_packages()["packages"], [])

    def test_trusted_devices(self):
        """A key made, given keyCodes without a link, and removed."""
        holder = self.account("holder")
        self.assertFalse(holder.get_user_information()["publicKey"])
        device = holder.generate_trusted_device_key_pair("Laptop")
        self.assertEqual(device["response"]["description"], "Laptop")
        self.assertTrue(holder.get_user_information()["publicKey"])

        package = Package(self.sender)
        package.encrypt_and_upload_message("for the device")
        recipient = package.add_recipient("holder@example.com")
        self.assertTrue(recipient["checkForPublicKeys"])
        offered = [key["id"] for key in package.get_public_keys(recipient["recipientId"])]
        self.assertEqual(offered, [device["response"]["id"]])
        self.assertEqual([key["id"] for key in package.get_public_keys()], offered)
        self.assertFalse(package.finalize()["needsLink"])

        key_code = holder.get_package_keycode(package.package_id)["keyCode"]
        self.assertEqual(key_code, package.client_secret)
        # By another client with the key that was kept.
        again = self.account("holder")
        kept = again.get_package_keycode(package.package_id, device["response"]["id"], device["privateKey"])
        self.assertEqual(kept["keyCode"], key_code)
        received = again.load_package(package.package_id, key_code=key_code)
        self.assertEqual(received.get_package_message(), "for the device")

        # What was not wrapped to it, and what is no device's of the caller's.
        earlier = Package(self.sender)
        with self.assertRaisesRegex(GetKeycodeFailedException, "not found or not permitted"):
            holder.get_package_keycode(earlier.package_id)
        with self.assertRaisesRegex(GetKeycodeFailedException, "not found or not permitted"):
            self.sender.get_package_keycode(package.package_id, device["response"]["id"], device["privateKey"])
        with self.assertRaisesRegex(TrustedDeviceException, "not found or not permitted"):
            self.sender.revoke_trusted_device_key(device["response"]["id"])

        holder.revoke_trusted_device_key(device["response"]["id"])
        self.assertFalse(holder.get_user_information()["publicKey"])
        with self.assertRaisesRegex(GetKeycodeFailedException, "not found or not permitted"):
            holder.get_package_keycode(package.package_id)

    def test_a_workspace(self):
        """Directories made, filled, renamed, moved and deleted; versions; a member; keyCodes of the owner's devices."""
        owner, member = self.account("owner"), self.account("member")
        owner.generate_trusted_device_key_pair("Desk")
        workspace = Package(owner, workspace=True)
        self.assertEqual(owner.get_package_keycode(workspace.package_id)["keyCode"], workspace.client_secret)
        workspace.update_workspace_name("Board, 名")
        about = workspace.get_info()
        self.assertEqual((about["isVDR"], about["label"]), (True, "Board, 名"))
        root = about["rootDirectoryId"]

        def names(directory):
            listed = workspace.get_directory_information(directory)
            return ([each["directoryName"] for each in listed["subDirectories"]],
                    [each["fileName"] for each in listed["files"]])

        def content(package, file, directory):
            package.download_and_decrypt_file(
                file, directory_id=directory, download_directory=str(self.folder), file_name="saved",
                progress_instance=Silent())
            return (self.folder / "saved").read_bytes()

        reports = workspace.create_directory("Reports, 100% Zürich")["directoryId"]
        year = workspace.create_directory("2024", reports)["directoryId"]
        old = workspace.create_directory("old", reports)["directoryId"]
        self.assertEqual(names(root), (["Reports, 100% Zürich"], []))
        self.assertEqual(names(reports), (["2024", "old"], []))
        with self.assertRaises(CreateDirectoryException):
            workspace.create_directory("old", reports)

        first, second = os.urandom(10_000), os.urandom(SEGMENT + 1)
        versions = [upload(workspace, self.file("plan 名.bin", octets), year) for octets in [first, second]]
        self.assertEqual(names(year), ([], ["plan 名.bin"]))
        seen = workspace.get_file_information(versions[1], year)
        self.assertEqual((seen["fileName"], int(seen["fileSize"])), ("plan 名.bin", len(second)))
        self.assertEqual([version["fileId"] for version in seen["oldVersions"]], versions[:1])
        for file, octets in zip(versions, [first, second]):
            self.assertEqual(content(workspace, file, year), octets)
        at_root = upload(workspace, self.file("root.txt", b"at the root"))
        self.assertEqual(names(root), (["Reports, 100% Zürich"], ["root.txt"]))

        workspace.rename_directory(old, "archive")
        workspace.move_directory(old, root)
        self.assertEqual(names(root)[0], ["archive", "Reports, 100% Zürich"])
        with self.assertRaisesRegex(MoveDirectoryException, "into itself"):
            workspace.move_directory(reports, year)
        workspace.move_file(at_root, old)
        self.assertEqual(names(old), ([], ["root.txt"]))
        self.assertEqual(names(root)[1], [])

        workspace.add_recipient("member@example.com")
        # Its link; a workspace stays open behind it.
        link = workspace.finalize()["message"]
        theirs = member.load_package_from_link(link)
        self.assertEqual(content(theirs, versions[1], year), second)
        with self.assertRaisesRegex(CreateDirectoryException, "not found or not permitted"):
            theirs.create_directory("theirs", root)
        with self.assertRaisesRegex(DeleteDirectoryException, "not found or not permitted"):
            theirs.delete_directory(reports)
        upload(workspace, self.file("later.txt", b"later"), old)
        self.assertEqual(names(old)[1], ["later.txt", "root.txt"])

        workspace.delete_file_from_package(at_root, old)
        self.assertEqual(names(old)[1], ["later.txt"])
        workspace.delete_directory(reports)
        self.assertEqual(names(root)[0], ["archive"])
        for gone in [reports, year]:
            with self.assertRaisesRegex(GetDirectoryException, "not found or not permitted"):
                workspace.get_directory_information(gone)
        with self.assertRaises(GetFileInformationException):
            theirs.get_file_information(versions[1], year)
        workspace.delete_package()
        with self.assertRaises(GetPackageInformationFailedException):
            member.get_package_information(theirs.package_code)

    def test_what_the_server_refuses_is_raised_with_its_words(self):
        stranger = connect(self.server.origin, {**self.key, "apiSecret": "wrong"})
        with self.assertRaisesRegex(GetUserInformationException, "signature"):
            stranger.get_user_information()
        package = Package(self.sender)
        with self.assertRaisesRegex(AddRecipientFailedException, "no e-mail address"):
            package.add_recipient("nobody")
        with self.assertRaisesRegex(FinalizePackageFailedException, "no recipients"):
            package.finalize()
        other = self.account("other")
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
