using Annotator.Formats.Archives;
using Annotator.Formats.CamVid;
using Annotator.Formats.Cityscapes;
using Annotator.Formats.Coco;
using Annotator.Formats.CommonSegmentation;
using Annotator.Formats.Cvat;
using Annotator.Formats.CvatJson;
using Annotator.Formats.Datumaro;
using Annotator.Formats.Icdar;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Kitti;
using Annotator.Formats.LabelMe;
using Annotator.Formats.LabelmeJson;
using Annotator.Formats.Lfw;
using Annotator.Formats.Market1501;
using Annotator.Formats.Mot;
using Annotator.Formats.Mots;
using Annotator.Formats.OpenImages;
using Annotator.Formats.TfRecord;
using Annotator.Formats.VggFace2;
using Annotator.Formats.Voc;
using Annotator.Formats.Vott;
using Annotator.Formats.WiderFace;
using Annotator.Formats.Yolo;

namespace Annotator.Formats;

/// <summary>A format as users and clients of the contract name it.</summary>
/// <param name="Name">The display name with the version, such as <c>COCO 1.0</c>; it is the format's id.</param>
/// <param name="Extensions">What its files end in, such as <c>JSON, ZIP</c>.</param>
public sealed record DatasetFormat(string Name, string Version, string Extensions)
{
    /// <summary>Only two-dimensional data so far; the contract's word.</summary>
    public string Dimension => "2d";
}

/// <summary>A format that can be written.</summary>
public sealed record DatasetExporter(DatasetFormat Format, IDatasetWriter Writer);

/// <summary>A format that can be read; <paramref name="Aliases"/> are further names under which it is asked for.</summary>
public sealed record DatasetImporter(DatasetFormat Format, IDatasetReader Reader, params string[] Aliases);

/// <summary>A format that an archive may be of, and how surely.</summary>
public sealed record RecognisedFormat(DatasetImporter Importer, FormatMatch Match);

/// <summary>All formats. A new one is a reader, a writer and a line here.</summary>
public static class DatasetFormats
{
    public static IReadOnlyList<DatasetExporter> Exporters { get; } =
    [
        new(new DatasetFormat("CamVid 1.0", "1.0", "ZIP"), new CamVidWriter()),
        new(new DatasetFormat("Cityscapes 1.0", "1.0", "ZIP"), new CityscapesWriter()),
        new(new DatasetFormat("COCO 1.0", "1.0", "ZIP"), new CocoWriter()),
        new(new DatasetFormat("COCO Keypoints 1.0", "1.0", "ZIP"), new CocoWriter(keypoints: true)),
        new(new DatasetFormat("CVAT for images 1.1", "1.1", "ZIP"), new CvatImagesWriter()),
        new(new DatasetFormat("CVAT for video 1.1", "1.1", "ZIP"), new CvatVideoWriter()),
        new(new DatasetFormat("Datumaro 1.0", "1.0", "ZIP"), new DatumaroWriter()),
        new(new DatasetFormat("ICDAR Localization 1.0", "1.0", "ZIP"), new IcdarLocalizationWriter()),
        new(new DatasetFormat("ICDAR Recognition 1.0", "1.0", "ZIP"), new IcdarRecognitionWriter()),
        new(new DatasetFormat("ICDAR Segmentation 1.0", "1.0", "ZIP"), new IcdarSegmentationWriter()),
        new(new DatasetFormat("ImageNet 1.0", "1.0", "ZIP"), new ImageNetWriter()),
        new(new DatasetFormat("KITTI 1.0", "1.0", "ZIP"), new KittiWriter()),
        new(new DatasetFormat("LabelMe 3.0", "3.0", "ZIP"), new LabelMeWriter()),
        new(new DatasetFormat("labelme JSON 1.0", "1.0", "ZIP"), new LabelmeWriter()),
        new(new DatasetFormat("LFW 1.0", "1.0", "ZIP"), new LfwWriter()),
        new(new DatasetFormat("Market-1501 1.0", "1.0", "ZIP"), new MarketWriter()),
        new(new DatasetFormat("MOT 1.1", "1.1", "ZIP"), new MotWriter()),
        new(new DatasetFormat("MOTS PNG 1.0", "1.0", "ZIP"), new MotsWriter()),
        new(new DatasetFormat("Open Images V6 1.0", "1.0", "ZIP"), new OpenImagesWriter()),
        new(new DatasetFormat("PASCAL VOC 1.1", "1.1", "ZIP"), new VocWriter()),
        new(new DatasetFormat("Segmentation mask 1.1", "1.1", "ZIP"), new SegmentationMaskWriter()),
        new(new DatasetFormat("TFRecord 1.0", "1.0", "ZIP"), new TfRecordWriter()),
        new(new DatasetFormat("Ultralytics YOLO Classification 1.0", "1.0", "ZIP"), new YoloClassificationWriter()),
        new(new DatasetFormat("Ultralytics YOLO Detection 1.0", "1.0", "ZIP"), new YoloWriter(YoloKind.Detection)),
        new(new DatasetFormat("Ultralytics YOLO Oriented Bounding Boxes 1.0", "1.0", "ZIP"), new YoloWriter(YoloKind.OrientedBoxes)),
        new(new DatasetFormat("Ultralytics YOLO Pose 1.0", "1.0", "ZIP"), new YoloWriter(YoloKind.Pose)),
        new(new DatasetFormat("Ultralytics YOLO Segmentation 1.0", "1.0", "ZIP"), new YoloWriter(YoloKind.Segmentation)),
        new(new DatasetFormat("VGGFace2 1.0", "1.0", "ZIP"), new VggFace2Writer()),
        new(new DatasetFormat("WiderFace 1.0", "1.0", "ZIP"), new WiderFaceWriter()),
        new(new DatasetFormat("YOLO 1.1", "1.1", "ZIP"), new YoloWriter(YoloKind.Darknet)),
    ];

    public static IReadOnlyList<DatasetImporter> Importers { get; } =
    [
        new(new DatasetFormat("CamVid 1.0", "1.0", "ZIP"), new CamVidReader()),
        new(new DatasetFormat("Cityscapes 1.0", "1.0", "ZIP"), new CityscapesReader()),
        new(new DatasetFormat("COCO 1.0", "1.0", "JSON, ZIP"), new CocoReader()),
        new(new DatasetFormat("COCO Keypoints 1.0", "1.0", "JSON, ZIP"), new CocoReader(keypoints: true)),
        new(new DatasetFormat("Common Semantic Segmentation 1.0", "1.0", "ZIP"), new CommonSegmentationReader()),
        new(new DatasetFormat("CVAT 1.1", "1.1", "XML, ZIP"), new CvatReader(), "CVAT for images 1.1", "CVAT for video 1.1"),
        new(new DatasetFormat("CVAT backup 1.0", "1.0", "ZIP"), new CvatBackupReader()),
        new(new DatasetFormat("CVAT JSON 1.0", "1.0", "JSON, ZIP"), new CvatJsonReader()),
        new(new DatasetFormat("Datumaro 1.0", "1.0", "JSON, ZIP"), new DatumaroReader()),
        new(new DatasetFormat("ICDAR Localization 1.0", "1.0", "ZIP"), new IcdarLocalizationReader()),
        new(new DatasetFormat("ICDAR Recognition 1.0", "1.0", "ZIP"), new IcdarRecognitionReader()),
        new(new DatasetFormat("ICDAR Segmentation 1.0", "1.0", "ZIP"), new IcdarSegmentationReader()),
        new(new DatasetFormat("ImageNet 1.0", "1.0", "ZIP"), new ImageNetReader()),
        new(new DatasetFormat("KITTI 1.0", "1.0", "ZIP"), new KittiReader()),
        new(new DatasetFormat("LabelMe 3.0", "3.0", "XML, ZIP"), new LabelMeReader()),
        new(new DatasetFormat("labelme JSON 1.0", "1.0", "JSON, ZIP"), new LabelmeReader()),
        new(new DatasetFormat("LFW 1.0", "1.0", "ZIP"), new LfwReader()),
        new(new DatasetFormat("Market-1501 1.0", "1.0", "ZIP"), new MarketReader()),
        new(new DatasetFormat("MOT 1.1", "1.1", "ZIP"), new MotReader()),
        new(new DatasetFormat("MOTS PNG 1.0", "1.0", "ZIP"), new MotsReader()),
        new(new DatasetFormat("Open Images V6 1.0", "1.0", "ZIP"), new OpenImagesReader()),
        new(new DatasetFormat("PASCAL VOC 1.1", "1.1", "XML, ZIP"), new VocReader()),
        new(new DatasetFormat("Segmentation mask 1.1", "1.1", "ZIP"), new SegmentationMaskReader()),
        new(new DatasetFormat("TFRecord 1.0", "1.0", "TFRECORD, ZIP"), new TfRecordReader()),
        new(new DatasetFormat("Ultralytics YOLO Classification 1.0", "1.0", "ZIP"), new YoloClassificationReader()),
        new(new DatasetFormat("Ultralytics YOLO Detection 1.0", "1.0", "ZIP"), new YoloReader(YoloKind.Detection)),
        new(new DatasetFormat("Ultralytics YOLO Oriented Bounding Boxes 1.0", "1.0", "ZIP"), new YoloReader(YoloKind.OrientedBoxes)),
        new(new DatasetFormat("Ultralytics YOLO Pose 1.0", "1.0", "ZIP"), new YoloReader(YoloKind.Pose)),
        new(new DatasetFormat("Ultralytics YOLO Segmentation 1.0", "1.0", "ZIP"), new YoloReader(YoloKind.Segmentation)),
        new(new DatasetFormat("VGGFace2 1.0", "1.0", "ZIP"), new VggFace2Reader()),
        new(new DatasetFormat("VoTT JSON 1.0", "1.0", "JSON, ZIP"), new VottReader()),
        new(new DatasetFormat("WiderFace 1.0", "1.0", "ZIP"), new WiderFaceReader()),
        new(new DatasetFormat("YOLO 1.1", "1.1", "ZIP"), new YoloReader(YoloKind.Darknet)),
    ];

    /// <summary>Null when nothing of that name can be written. Names are compared whatever their case.</summary>
    public static DatasetExporter? FindExporter(string name) =>
        Exporters.FirstOrDefault(exporter => exporter.Format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Null when nothing of that name can be read. Names are compared whatever their case.</summary>
    public static DatasetImporter? FindImporter(string name) =>
        Importers.FirstOrDefault(importer => importer.Format.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            || importer.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The formats that the archive may be of, judged by its content, the surest first and equals in the order of
    /// <see cref="Importers"/>; empty when nothing fits. Few bytes of few files are read.
    /// </summary>
    public static async Task<IReadOnlyList<RecognisedFormat>> RecogniseAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var found = new List<RecognisedFormat>();
        foreach (var importer in Importers)
        {
            cancel.ThrowIfCancellationRequested();
            var match = await importer.Reader.MatchAsync(archive, cancel);
            if (match != FormatMatch.None)
            {
                found.Add(new RecognisedFormat(importer, match));
            }
        }

        return [.. found.OrderByDescending(candidate => candidate.Match)];
    }
}
