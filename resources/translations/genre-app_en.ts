<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>AddDialog</name>
    <message numerus="yes">
        <source>Add %n clip(s)</source>
        <translation>
            <numerusform>Add %n clip</numerusform>
            <numerusform>Add %n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(s) of the lists found no file, such as {name}.</source>
        <translation>
            <numerusform>%n entry of the lists found no file: {name}.</numerusform>
            <numerusform>%n entries of the lists found no file, such as {name}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) are of GTZAN, on which the program&apos;s model was trained and measured; {valid} of them only validate.</source>
        <translation>
            <numerusform>%n clip is of GTZAN, on which the program&apos;s model was trained and measured; {valid} of them only validate.</numerusform>
            <numerusform>%n clips are of GTZAN, on which the program&apos;s model was trained and measured; {valid} of them only validate.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AugmentDialog</name>
    <message numerus="yes">
        <source>%n selected clip(s)</source>
        <translation>
            <numerusform>%n selected clip</numerusform>
            <numerusform>%n selected clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add %n copy(s)</source>
        <translation>
            <numerusform>Add %n copy</numerusform>
            <numerusform>Add %n copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copies of %n clip(s).</source>
        <translation>
            <numerusform>Copies of one clip.</numerusform>
            <numerusform>Copies of %n clips.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) serve validation and get none.</source>
        <translation>
            <numerusform>One clip serves validation and gets none.</numerusform>
            <numerusform>%n clips serve validation and get none.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataSetPage</name>
    <message numerus="yes">
        <source>%n of {total} clip(s)</source>
        <translation>
            <numerusform>%n of {total} clips</numerusform>
            <numerusform>%n of {total} clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n clip</numerusform>
            <numerusform>%n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) added.</source>
        <translation>
            <numerusform>%n clip added.</numerusform>
            <numerusform>%n clips added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be added; the first was {name}: {reason}</source>
        <translation>
            <numerusform>%n file could not be added, {name}: {reason}</numerusform>
            <numerusform>%n files could not be added; the first was {name}: {reason}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) relabelled as {genre}.</source>
        <translation>
            <numerusform>%n clip relabelled as {genre}.</numerusform>
            <numerusform>%n clips relabelled as {genre}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) unpinned.</source>
        <translation>
            <numerusform>%n clip unpinned.</numerusform>
            <numerusform>%n clips unpinned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) pinned to validation.</source>
        <translation>
            <numerusform>%n clip pinned to validation.</numerusform>
            <numerusform>%n clips pinned to validation.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) removed. Undo brings them back.</source>
        <translation>
            <numerusform>%n clip removed. Undo brings it back.</numerusform>
            <numerusform>%n clips removed. Undo brings them back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n removed clip(s) for good?</source>
        <translation>
            <numerusform>Delete %n removed clip for good?</numerusform>
            <numerusform>Delete %n removed clips for good?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) deleted for good.</source>
        <translation>
            <numerusform>%n clip deleted for good.</numerusform>
            <numerusform>%n clips deleted for good.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) imported.</source>
        <translation>
            <numerusform>%n clip imported.</numerusform>
            <numerusform>%n clips imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) exported to {name} ({size}).</source>
        <translation>
            <numerusform>%n clip exported to {name} ({size}).</numerusform>
            <numerusform>%n clips exported to {name} ({size}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copy(s) added.</source>
        <translation>
            <numerusform>%n copy added.</numerusform>
            <numerusform>%n copies added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copy(s) removed. Undo brings them back.</source>
        <translation>
            <numerusform>%n copy removed. Undo brings it back.</numerusform>
            <numerusform>%n copies removed. Undo brings them back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EvaluationView</name>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n clip</numerusform>
            <numerusform>%n clips</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n clip(s) in it</source>
        <translation>
            <numerusform>%n clip in it</numerusform>
            <numerusform>%n clips in it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copy(s)</source>
        <translation>
            <numerusform>%n augmented copy</numerusform>
            <numerusform>%n augmented copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) could not be imported: no audio was found for {names}.</source>
        <translation>
            <numerusform>%n clip could not be imported: no audio was found for {names}.</numerusform>
            <numerusform>%n clips could not be imported: no audio was found for {names}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In %n case(s) the archive says otherwise; what was here was kept:</source>
        <translation>
            <numerusform>In %n case the archive says otherwise; what was here was kept:</numerusform>
            <numerusform>In %n cases the archive says otherwise; what was here was kept:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListenPage</name>
    <message numerus="yes">
        <source>%n file(s) were heard with another model than the one that answers now. Select them and choose Listen again (Ctrl+R) to hear what this one says.</source>
        <translation>
            <numerusform>%n file was heard with another model than the one that answers now. Select it and choose Listen again (Ctrl+R) to hear what this one says.</numerusform>
            <numerusform>%n files were heard with another model than the one that answers now. Select them and choose Listen again (Ctrl+R) to hear what this one says.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Searching… %n file(s) found</source>
        <translation>
            <numerusform>Searching… %n file found</numerusform>
            <numerusform>Searching… %n files found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) added to the data set as {genre}.</source>
        <translation>
            <numerusform>%n song added to the data set as {genre}.</numerusform>
            <numerusform>%n songs added to the data set as {genre}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) are in the data set already.</source>
        <translation>
            <numerusform>%n song is in the data set already.</numerusform>
            <numerusform>%n songs are in the data set already.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LookAgainDialog</name>
    <message numerus="yes">
        <source>%n clip(s) judged.</source>
        <translation>
            <numerusform>%n clip judged.</numerusform>
            <numerusform>%n clips judged.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not yet: the model has not heard them, or they are silent.</source>
        <translation>
            <numerusform>%n not yet: the model has not heard it, or it is silent.</numerusform>
            <numerusform>%n not yet: the model has not heard them, or they are silent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not: there are too few others of their genre.</source>
        <translation>
            <numerusform>%n not: there are too few others of its genre.</numerusform>
            <numerusform>%n not: there are too few others of their genre.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n recording(s) had not been finished when the program ended; they are complete and here.</source>
        <translation>
            <numerusform>%n recording had not been finished when the program ended; it is complete and here.</numerusform>
            <numerusform>%n recordings had not been finished when the program ended; they are complete and here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message numerus="yes">
        <source>%n clip(s) of yours</source>
        <translation>
            <numerusform>%n clip of yours</numerusform>
            <numerusform>%n clips of yours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copies</source>
        <translation>
            <numerusform>%n augmented copy</numerusform>
            <numerusform>%n augmented copies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message numerus="yes">
        <source>%n gap(s): the computer was too busy to keep up</source>
        <translation>
            <numerusform>%n gap: the computer was too busy to keep up</numerusform>
            <numerusform>%n gaps: the computer was too busy to keep up</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s) that had not been finished were recovered and added to Listen.</source>
        <translation>
            <numerusform>%n recording that had not been finished was recovered and added to Listen.</numerusform>
            <numerusform>%n recordings that had not been finished were recovered and added to Listen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RetrainPage</name>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n clip</numerusform>
            <numerusform>%n clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n augmented copies</source>
        <translation>
            <numerusform>%n augmented copy</numerusform>
            <numerusform>%n augmented copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n genre(s)</source>
        <translation>
            <numerusform>%n genre</numerusform>
            <numerusform>%n genres</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) for validation</source>
        <translation>
            <numerusform>%n clip for validation</numerusform>
            <numerusform>%n clips for validation</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) or copies were not heard by the model yet; that is done first.</source>
        <translation>
            <numerusform>%n clip or copy was not heard by the model yet; that is done first.</numerusform>
            <numerusform>%n clips or copies were not heard by the model yet; that is done first.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>at most about %n second(s) left</source>
        <translation>
            <numerusform>at most about %n second left</numerusform>
            <numerusform>at most about %n seconds left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n second(s) left</source>
        <translation>
            <numerusform>about %n second left</numerusform>
            <numerusform>about %n seconds left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>at most about %n minute(s) left</source>
        <translation>
            <numerusform>at most about %n minute left</numerusform>
            <numerusform>at most about %n minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>about %n minute left</numerusform>
            <numerusform>about %n minutes left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TakeList</name>
    <message numerus="yes">
        <source>%n gap(s)</source>
        <translation>
            <numerusform>%n gap</numerusform>
            <numerusform>%n gaps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VersionModel</name>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n clip</numerusform>
            <numerusform>%n clips</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>comparison</name>
    <message numerus="yes">
        <source>Better on your %n clip(s): {new_right} right, before {current_right}.</source>
        <translation>
            <numerusform>Better on your %n clip: {new_right} right, before {current_right}.</numerusform>
            <numerusform>Better on your %n clips: {new_right} right, before {current_right}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Slightly better on your %n clip(s): {new_right} right, before {current_right}; so small a difference may be chance.</source>
        <translation>
            <numerusform>Slightly better on your %n clip: {new_right} right, before {current_right}; so small a difference may be chance.</numerusform>
            <numerusform>Slightly better on your %n clips: {new_right} right, before {current_right}; so small a difference may be chance.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The same on your %n clip(s): {new_right} right.</source>
        <translation>
            <numerusform>The same on your %n clip: {new_right} right.</numerusform>
            <numerusform>The same on your %n clips: {new_right} right.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Slightly worse on your %n clip(s): {new_right} right, before {current_right}; so small a difference may be chance.</source>
        <translation>
            <numerusform>Slightly worse on your %n clip: {new_right} right, before {current_right}; so small a difference may be chance.</numerusform>
            <numerusform>Slightly worse on your %n clips: {new_right} right, before {current_right}; so small a difference may be chance.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Worse on your %n clip(s): {new_right} right, before {current_right}.</source>
        <translation>
            <numerusform>Worse on your %n clip: {new_right} right, before {current_right}.</numerusform>
            <numerusform>Worse on your %n clips: {new_right} right, before {current_right}.</numerusform>
        </translation>
    </message>
</context>
</TS>
