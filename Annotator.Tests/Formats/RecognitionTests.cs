using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

public sealed class RecognitionTests
{
    private const string Yolo = "YOLO 1.1";

    [Theory]
    [InlineData("camvid/camvid", "CamVid 1.0")]
    [InlineData("cityscapes/dataset", "Cityscapes 1.0")]
    [InlineData("cityscapes/train_ids", "Cityscapes 1.0")]
    [InlineData("coco/instances", "COCO 1.0")]
    [InlineData("coco/person_keypoints", "COCO Keypoints 1.0")]
    [InlineData("coco/stuff", "COCO 1.0")]
    [InlineData("coco/labels", "COCO 1.0")]
    [InlineData("coco/captions", "COCO 1.0")]
    [InlineData("coco/panoptic", "COCO 1.0")]
    [InlineData("coco/image_info", "COCO 1.0")]
    [InlineData("datumaro/diverse", "Datumaro 1.0")]
    [InlineData("datumaro/with_skeleton", "Datumaro 1.0")]
    [InlineData("labelme_mit/flat", "LabelMe 3.0")]
    [InlineData("vott/json", "VoTT JSON 1.0")]
    [InlineData("cvat_xml/doc_images_example", "CVAT 1.1")]
    [InlineData("cvat_xml/doc_video_example", "CVAT 1.1")]
    [InlineData("cvat_xml/for_images", "CVAT 1.1")]
    [InlineData("cvat_xml/for_video", "CVAT 1.1")]
    [InlineData("common_semantic_segmentation/dataset", "Common Semantic Segmentation 1.0")]
    [InlineData("dota/dota_labelTxt", "Ultralytics YOLO Oriented Bounding Boxes 1.0")]
    [InlineData("imagenet/txt/basic", "ImageNet 1.0")]
    [InlineData("kitti/segmentation", "KITTI 1.0")]
    [InlineData("mot/mot_seq", "MOT 1.1")]
    [InlineData("mots/mots_png", "MOTS PNG 1.0")]
    [InlineData("icdar/text_localization", "ICDAR Localization 1.0")]
    [InlineData("icdar/word_recognition", "ICDAR Recognition 1.0")]
    [InlineData("lfw/lfw", "LFW 1.0")]
    [InlineData("market1501/market1501", "Market-1501 1.0")]
    [InlineData("openimages/v6", "Open Images V6 1.0")]
    [InlineData("tfrecord/tf_detection_api", "TFRecord 1.0")]
    [InlineData("vggface2/vggface2", "VGGFace2 1.0")]
    [InlineData("widerface/widerface", "WiderFace 1.0")]
    [InlineData("voc/voc_dataset1", "PASCAL VOC 1.1")]
    [InlineData("voc/voc_dataset2", "PASCAL VOC 1.1")]
    [InlineData("voc/voc_dataset3", "PASCAL VOC 1.1")]
    [InlineData("yolo_darknet/yolo", Yolo)]
    [InlineData("yolo_loose/images_labels_obj_names", Yolo)]
    [InlineData("yolo_ultralytics/detection", "Ultralytics YOLO Detection 1.0")]
    [InlineData("yolo_ultralytics/detection_with_subset_txt", "Ultralytics YOLO Detection 1.0")]
    [InlineData("yolo_ultralytics/pose", "Ultralytics YOLO Pose 1.0")]
    [InlineData("yolo_ultralytics/oriented_boxes", "Ultralytics YOLO Oriented Bounding Boxes 1.0")]
    [InlineData("yolo_ultralytics/segmentation", "Ultralytics YOLO Segmentation 1.0")]
    public async Task A_known_dataset_is_recognised_for_certain_as_a_folder_and_as_an_archive(string path, string format)
    {
        var folder = DatasetFiles.Fixture(path.Split('/'));

        Assert.Equal((format, FormatMatch.Certain), Best(await OfFolderAsync(folder)));
        Assert.Equal((format, FormatMatch.Certain), Best(await OfAsync(DatasetFiles.ZipFolder(folder))));
    }

    [Theory]
    [InlineData("yolo_ultralytics/classification", "Ultralytics YOLO Classification 1.0", FormatMatch.Likely)]
    [InlineData("imagenet/folders", "ImageNet 1.0", FormatMatch.Possible)]
    [InlineData("imagenet/txt/no_labels", "ImageNet 1.0", FormatMatch.Likely)]
    [InlineData("imagenet/txt/custom_labels", "ImageNet 1.0", FormatMatch.Certain)]
    public async Task A_layout_that_others_could_have_too_is_recognised_less_surely(string path, string format, FormatMatch match) =>
        Assert.Equal((format, match), Best(await OfFolderAsync(DatasetFiles.Fixture(path.Split('/')))));

    [Theory]
    [InlineData("camvid", "CamVid 1.0")]
    [InlineData("cityscapes", "Cityscapes 1.0")]
    [InlineData("coco", "COCO 1.0")]
    [InlineData("coco_kp", "COCO Keypoints 1.0")]
    [InlineData("datumaro", "Datumaro 1.0")]
    [InlineData("labelme", "LabelMe 3.0")]
    [InlineData("cvat_images", "CVAT 1.1")]
    [InlineData("cvat_video", "CVAT 1.1")]
    [InlineData("imagenet", "ImageNet 1.0")]
    [InlineData("kitti", "KITTI 1.0")]
    [InlineData("mot", "MOT 1.1")]
    [InlineData("mots", "MOTS PNG 1.0")]
    [InlineData("segmask", "Segmentation mask 1.1")]
    [InlineData("icdar_loc", "ICDAR Localization 1.0")]
    [InlineData("icdar_rec", "ICDAR Recognition 1.0")]
    [InlineData("icdar_seg", "ICDAR Segmentation 1.0")]
    [InlineData("lfw", "LFW 1.0")]
    [InlineData("market1501", "Market-1501 1.0")]
    [InlineData("openimages", "Open Images V6 1.0")]
    [InlineData("tfrecord", "TFRecord 1.0")]
    [InlineData("voc", "PASCAL VOC 1.1")]
    [InlineData("vggface2", "VGGFace2 1.0")]
    [InlineData("widerface", "WiderFace 1.0")]
    [InlineData("ultra_det", "Ultralytics YOLO Detection 1.0")]
    [InlineData("ultra_obb", "Ultralytics YOLO Oriented Bounding Boxes 1.0")]
    [InlineData("ultra_pose", "Ultralytics YOLO Pose 1.0")]
    [InlineData("ultra_seg", "Ultralytics YOLO Segmentation 1.0")]
    [InlineData("yolo", Yolo)]
    public async Task Every_example_of_the_specification_is_recognised(string name, string format) =>
        Assert.Equal((format, FormatMatch.Certain), Best(await OfFileAsync(DatasetFiles.Fixture("spec_examples", name + ".zip"))));

    [Fact]
    public async Task Every_file_of_the_contracts_own_exporters_is_recognised_as_what_its_name_says()
    {
        foreach (var path in Directory.GetFiles(DatasetFiles.Fixture("cvat_golden"), "*.zip", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(path).Replace('_', ' ');
            var importer = DatasetFormats.FindImporter(name);
            if (importer is not null)
            {
                Assert.Equal((path, importer.Format.Name), (path, Best(await OfFileAsync(path))?.Format));
            }
        }
    }

    [Fact]
    public async Task What_our_own_writers_write_is_recognised()
    {
        // Enough of them that every kind of annotation is there.
        List<DatasetItem> items = [.. Enumerable.Range(0, 10).SelectMany(seed => new RandomDataset(seed).Items().Select(item => item with { Name = $"{seed}/{item.Name}" }))];
        Assert.Equal(9, DatasetFiles.Counts(items).Count);
        foreach (var exporter in DatasetFormats.Exporters)
        {
            var (written, _) = await DatasetFiles.WriteAsync(exporter.Format.Name, RandomDataset.Info, items);
            var importer = DatasetFormats.FindImporter(exporter.Format.Name);
            Assert.Equal((exporter.Format.Name, importer!.Format.Name), (exporter.Format.Name, Best(await OfAsync(written))?.Format));
        }
    }

    [Fact]
    public async Task A_bare_file_is_recognised_whatever_its_name()
    {
        var json = await File.ReadAllBytesAsync(DatasetFiles.Fixture("coco", "instances", "annotations", "instances_val.json"), TestContext.Current.CancellationToken);

        Assert.Equal("COCO 1.0", Best(await OfAsync(json, "upload"))?.Format);
        Assert.Equal("COCO 1.0", Best(await OfAsync("[{\"image_id\": 1, \"category_id\": 2, \"bbox\": [1, 2, 3, 4], \"score\": 0.5}]"u8.ToArray(), "results.json"))?.Format);
    }

    [Theory]
    [InlineData("notes.txt", "just words\nand more of them")]
    [InlineData("a.json", "{\"images\": 1}")]
    [InlineData("a.json", "[[[[{")]
    [InlineData("a.json", "{\"images\": [}")]
    [InlineData("a.xml", "<other><image/></other>")]
    [InlineData("a.xml", "<annotations")]
    [InlineData("a.jpg", "no image")]
    [InlineData("labels/a.txt", "car 0.5 0.5 0.1 0.1")]
    public async Task Something_else_or_damaged_is_nothing(string name, string content) =>
        Assert.Empty(await OfAsync(DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)))));

    [Fact]
    public async Task The_evidence_is_looked_for_at_the_start_only()
    {
        // Behind the first images stand megabytes and then damage.
        var json = "{\"info\": {}, \"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}, " + new string(' ', 4 << 20) + "}}}}";

        Assert.Equal(("COCO 1.0", FormatMatch.Certain), Best(await OfAsync(Encoding.UTF8.GetBytes(json), "a.json")));
    }

    [Fact]
    public async Task A_bad_row_does_not_hide_the_others()
    {
        var zip = DatasetFiles.Zip(("obj.names", "car"u8.ToArray()), ("obj_train_data/a.txt", "0 .5 .5 .1 .1\nx\n0 .5 .5 .2 .2 \n"u8.ToArray()));

        Assert.Equal((Yolo, FormatMatch.Certain), Best(await OfAsync(zip)));
    }

    private static (string Format, FormatMatch Match)? Best(IReadOnlyList<RecognisedFormat> found) =>
        found.Count == 0 ? null : (found[0].Importer.Format.Name, found[0].Match);

    private static async Task<IReadOnlyList<RecognisedFormat>> OfAsync(byte[] content, string fileName = "upload.zip")
    {
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), fileName, DatasetLimits.Default, TestContext.Current.CancellationToken);
        return await DatasetFormats.RecogniseAsync(archive, TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<RecognisedFormat>> OfFolderAsync(string folder)
    {
        await using var archive = await DatasetArchive.OpenFolderAsync(folder, DatasetLimits.Default, TestContext.Current.CancellationToken);
        return await DatasetFormats.RecogniseAsync(archive, TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<RecognisedFormat>> OfFileAsync(string path)
    {
        await using var archive = await DatasetArchive.OpenPathAsync(path, DatasetLimits.Default, TestContext.Current.CancellationToken);
        return await DatasetFormats.RecogniseAsync(archive, TestContext.Current.CancellationToken);
    }
}
